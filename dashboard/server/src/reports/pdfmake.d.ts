/** What this folder uses of the package pdfmake, which ships no types. */
declare module 'pdfmake' {
  type FontFile = [file: string, postscriptName: string];
  type Font = Record<'normal' | 'bold' | 'italics' | 'bolditalics', FontFile>;

  const pdfmake: {
    setFonts(fonts: Record<string, Font>): void;
    setUrlAccessPolicy(isAllowed: (url: string) => boolean): void;
    setLocalAccessPolicy(isAllowed: (path: string) => boolean): void;
    createPdf(definition: object): { getBuffer(): Promise<Buffer> };
  };
  export default pdfmake;
}
