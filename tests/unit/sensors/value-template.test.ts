import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTemplate } from '../../../gateway/src/sensors/home-assistant/value-template.ts';

describe('value template', () => {
  test.each<[string | undefined, string, string | null]>([
    [undefined, 'ON', 'ON'],
    ['{{ value }}', 'ON', 'ON'],
    ['{{value_json.contact}}', '{"contact":false}', 'false'],
    ['{{ value_json["a b"].c }}', '{"a b":{"c":21.5}}', '21.5'],
    ["{{ value_json['list'][1] }}", '{"list":["x","y"]}', 'y'],
    ['{{ value_json }}', '42', '42'],
    ['{{ value_json.missing.deeper }}', '{"contact":false}', null],
    ['{{ value_json.contact }}', '{"contact":{"x":1}}', null],
    ['{{ value_json.contact }}', '{"contact":null}', null],
    ['{{ value_json.contact }}', 'not json', null],
    ['{{ value_json.constructor.name }}', '{}', null],
    ['{{ value_json.__proto__ }}', '{"__proto__":"own"}', 'own'],
    ['{{ value_json.length }}', '"text"', null],
  ])('%s reads %j as %j', (template, payload, value) => {
    expect(parseTemplate(template)(payload)).toBe(value);
  });

  test.each([
    '{{ value_json.a | float }}',
    '{{ value_json.a + 1 }}',
    '{% if value %}1{% endif %}',
    'value',
    '{{ value_json[a] }}',
    "{{ value_json['a\\'] }}",
    '{{ value_json..a }}',
    `{{ value_json${'.a'.repeat(17)} }}`,
    '',
  ])('refuses %j and says what can be used', (template) => {
    expect(() => parseTemplate(template)).toThrow(/not supported; use/);
  });

  test('gives text or null for any template and payload', () => {
    const template = fc.oneof(
      fc.string(),
      fc.string().map((path) => `{{ value_json${path} }}`),
    );
    fc.assert(
      fc.property(template, fc.oneof(fc.string(), fc.json()), (text, payload) => {
        let read: (payload: string) => string | null;
        try {
          read = parseTemplate(text);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          return;
        }
        const value = read(payload);
        expect(value === null || typeof value === 'string').toBe(true);
      }),
    );
  });
});
