/** Text between two elements' tags replaced, whatever it was. */
export const fill = (xml: string, element: string, content: string) =>
  xml.replace(
    new RegExp(`(<${element}>)[\\s\\S]*?(</${element}>)`, 'g'),
    (_, open, close) => `${open}${content}${close}`,
  );

/** A change of one operation’s answers. */
export const onOperation =
  (operation: string, change: (xml: string) => string | Buffer) => (asked: string, xml: string) =>
    asked === operation ? change(xml) : xml;

/** Latin-1 bytes that are no UTF-8, put where `mark` stands. */
export const withBytes = (xml: string, mark: string, bytes: readonly number[]): Buffer => {
  const at = Buffer.from(xml).indexOf(mark);
  const whole = Buffer.from(xml);
  return at < 0
    ? whole
    : Buffer.concat([whole.subarray(0, at), Buffer.from(bytes), whole.subarray(at + mark.length)]);
};

/** The first element of that name taken out. */
export const withoutElement = (xml: string, element: string) =>
  xml.replace(new RegExp(`<${element}[\\s>][\\s\\S]*?</${element}>`), '');
