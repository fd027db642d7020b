/** What the interface says of the 平安指数: names for parts of the generated types. */
import type { paths } from './schema.generated.ts';
import type { ItemOf, Read } from './types.ts';

export type Publication = Read<'/api/v1/index/publications/{id}'>;
export type PublicationHead = ItemOf<'/api/v1/index/publications'>;
export type PublicationState = PublicationHead['state'];
export type Period = PublicationHead['period'];
export type PeriodKind = Period['kind'];
export type AreaResult = Publication['areas'][number];
export type NodeScore = AreaResult['nodes'][number];
export type Band = NonNullable<AreaResult['band']>;
export type Decomposition = Read<'/api/v1/index/decomposition'>;
export type Trend = Read<'/api/v1/index/trend'>;
export type Sensitivity = Read<'/api/v1/index/publications/{id}/sensitivity'>;
export type IndicatorSheet = Read<'/api/v1/index/publications/{id}/sheet'>['items'][number];
export type FrameworkHead = ItemOf<'/api/v1/index/frameworks'>;
export type Framework = Read<'/api/v1/index/frameworks/{id}'>;
export type FrameworkPreview =
  paths['/api/v1/index/frameworks/preview']['post']['responses'][200]['content']['application/json'];
export type ImportReport = ItemOf<'/api/v1/imports'>;
export type ImportKind = ImportReport['kind'];
export type Area = ItemOf<'/api/v1/areas'>;
export type Incident = ItemOf<'/api/v1/incidents'>;
export type RedStep = ItemOf<'/api/v1/index/red-steps'>;
export type UserItem = ItemOf<'/api/v1/users'>;
export type Role = UserItem['role'];
