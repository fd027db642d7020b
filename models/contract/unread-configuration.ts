import { type Static, Type } from 'typebox';
import { DesiredConfigurationSchema } from './configuration.ts';

/**
 * A configuration whose rules are not read yet: a newer centre may know kinds of rules that this gateway does not, and those it
 * knows must work all the same.
 */
export const UnreadConfigurationSchema = Type.Object({
  ...DesiredConfigurationSchema.properties,
  rules: Type.Array(Type.Unknown(), { maxItems: 512 }),
});
export type UnreadConfiguration = Static<typeof UnreadConfigurationSchema>;
