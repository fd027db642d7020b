import { XMLParser } from 'fast-xml-parser';

/** Largest document read, characters. */
export const XML_LIMIT = 256 * 1024;
const ELEMENT_LIMIT = 5000;
const DEPTH_LIMIT = 32;

/** A document that is refused or cannot be read. */
export class XmlError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'XmlError';
  }
}

/** An element: local name (prefix taken off), text, children. Attributes are kept by local name too. */
export type XmlElement = {
  name: string;
  text: string;
  attributes: ReadonlyMap<string, string>;
  children: readonly XmlElement[];
};

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: true,
  htmlEntities: true,
  trimValues: true,
});

/** Counts elements and depth without parsing, so that a bomb is refused before it costs anything. */
function checkShape(text: string): void {
  let depth = 0;
  let elements = 0;
  for (const match of text.matchAll(/<(\/?)[^\s<>/!?][^<>]*?(\/?)>/g)) {
    if (match[1] === '/') depth -= 1;
    else {
      elements += 1;
      if (match[2] !== '/') depth += 1;
    }
    if (elements > ELEMENT_LIMIT) throw new XmlError(`more than ${ELEMENT_LIMIT} elements`);
    if (depth > DEPTH_LIMIT) throw new XmlError(`nested deeper than ${DEPTH_LIMIT}`);
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function toElement(node: unknown, depth: number): XmlElement | null {
  if (!isRecord(node)) return null;
  // The count above reads tags by a pattern; what slipped past it (a `/>` inside an attribute) ends here.
  if (depth > DEPTH_LIMIT) throw new XmlError(`nested deeper than ${DEPTH_LIMIT}`);
  const name = Object.keys(node).find((key) => key !== ':@' && key !== '#text');
  if (name === undefined || name.startsWith('?')) return null;
  const content = Array.isArray(node[name]) ? node[name] : [];
  const attributes = new Map<string, string>();
  const raw = node[':@'];
  if (isRecord(raw)) for (const [key, value] of Object.entries(raw)) attributes.set(key, String(value));
  const text = content
    .map((part) => (isRecord(part) && '#text' in part ? String(part['#text']) : ''))
    .join('');
  return { name, text: text.trim(), attributes, children: toElements(content, depth + 1) };
}

function toElements(nodes: readonly unknown[], depth: number): XmlElement[] {
  return nodes.map((node) => toElement(node, depth)).filter((element) => element !== null);
}

/**
 * Reads a document into elements. Any DOCTYPE or ENTITY, more than 256 kB, 5,000 elements or depth 32 is refused
 * before parsing. Throws an XmlError.
 */
export function parseXml(text: string): XmlElement {
  if (text.length > XML_LIMIT) throw new XmlError(`larger than ${XML_LIMIT} characters`);
  if (/<!\s*(DOCTYPE|ENTITY)/i.test(text)) throw new XmlError('a DOCTYPE or ENTITY is not allowed');
  checkShape(text);
  let nodes: unknown;
  try {
    nodes = parser.parse(text);
  } catch (cause) {
    throw new XmlError('not well-formed', { cause });
  }
  const root = Array.isArray(nodes) ? toElements(nodes, 1)[0] : undefined;
  if (root === undefined) throw new XmlError('no root element');
  return root;
}

/** First descendant with that local name, depth first, itself included. */
export function find(element: XmlElement, name: string): XmlElement | undefined {
  if (element.name === name) return element;
  for (const child of element.children) {
    const found = find(child, name);
    if (found) return found;
  }
  return undefined;
}

/** All descendants with that local name, in document order; those inside a match are not looked for. */
export function findAll(element: XmlElement, name: string): XmlElement[] {
  return element.children.flatMap((child) => (child.name === name ? [child] : findAll(child, name)));
}

/** Text of the first descendant with that name; '' when absent. Cut to 1,024 characters. */
export function textOf(element: XmlElement, name: string): string {
  return (find(element, name)?.text ?? '').slice(0, 1024);
}

/** Text made safe for XML content and attributes. */
export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
