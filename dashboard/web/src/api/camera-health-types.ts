/** What the REST interface says of cameras' past and of the figures, as the screens use it. */
import type { paths } from './schema.generated.ts';
import type { CameraItem, Read } from './types.ts';

export type QueryOf<P extends keyof paths> = paths[P] extends { get: { parameters: { query?: infer Query } } }
  ? NonNullable<Query>
  : never;

export type CameraHistory = Read<'/api/v1/cameras/{id}/health'>;
export type HistoryInterval = CameraHistory['intervals'][number];
export type Maintenance = CameraHistory['maintenance'][number];
export type HealthFigure = CameraHistory['figures'][number];
export type FiguresPage = Read<'/api/v1/health/figures'>;
export type FigureRow = FiguresPage['items'][number];
export type CameraFilter = Omit<QueryOf<'/api/v1/cameras/export'>, 'language'>;
export type CameraStateKind = CameraItem['state']['kind'];
export type NewMaintenance =
  paths['/api/v1/cameras/{id}/maintenance']['post']['requestBody']['content']['application/json'];
