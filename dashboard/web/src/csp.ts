/** The nonce of this page's content security policy, which the server wrote into index.html. */
export const cspNonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;

/**
 * Gives every style element made by a script of this page the page's nonce. antd does so for its own styles, but
 * not for the scroll lock of drawers and the measuring of scroll bars, which the policy would then refuse.
 */
export function nonceStyles(nonce: string): void {
  document.createElement = new Proxy(document.createElement, {
    apply(create, self, args) {
      const element: unknown = Reflect.apply(create, self, args);
      if (element instanceof HTMLStyleElement) element.nonce = nonce;
      return element;
    },
  });
}
