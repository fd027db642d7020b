import { type Static, Type } from 'typebox';
import { RuleSchema } from './rules/index.ts';
import { CountSchema, GatewayIdSchema, LabelSchema, TimestampSchema } from './scalars.ts';

/** What the centre wants a gateway to do; travels signed (see command.ts), retained, highest version wins. */
export const DesiredConfigurationSchema = Type.Object({
  gatewayId: GatewayIdSchema,
  version: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  issuedAt: TimestampSchema,
  rules: Type.Array(RuleSchema, { maxItems: 512 }),
});
export type DesiredConfiguration = Static<typeof DesiredConfigurationSchema>;

/** What the gateway applied. Version 0 = its own file, nothing from the centre yet. */
export const ReportedConfigurationSchema = Type.Object({
  gatewayId: GatewayIdSchema,
  version: CountSchema,
  at: TimestampSchema,
  rules: CountSchema,
  errors: Type.Array(Type.Object({ path: LabelSchema, message: LabelSchema }), { maxItems: 256 }),
});
export type ReportedConfiguration = Static<typeof ReportedConfigurationSchema>;
