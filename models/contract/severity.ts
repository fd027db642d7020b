import { Type } from 'typebox';

export const SeveritySchema = Type.Integer({
  minimum: 1,
  maximum: 4,
  description: '1 highest … 4 lowest (GB/T 28181)',
});
