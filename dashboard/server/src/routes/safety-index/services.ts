import type {
  AreaLevel,
  Decomposition,
  FrameworkFull,
  FrameworkHead,
  ImportKind,
  ImportReport,
  Incident,
  IncidentBody,
  IncidentCategory,
  IndicatorSheet,
  Period,
  Preview,
  Publication,
  PublicationHead,
  PublicationState,
  RedStep,
  Sensitivity,
  Trend,
  UserItem,
} from './schemas.ts';

type PageQuery = { limit?: number; cursor?: string };
type Page<T> = { items: T[]; next: string | null };
type Text = Publication['text'];
type File = { name: string; type: string; bytes: Buffer };
export type SensitivityRequest = { level: AreaLevel; runs: number; seed: number };

/** All throw the problems `not-found`, `conflict` (the state does not allow it), `same-person` and `invalid` where they apply. */
export type PublicationService = {
  list(
    query: PageQuery & { kind?: Period['kind']; state?: PublicationState },
  ): Promise<Page<PublicationHead>>;
  compute(period: Period, actor: string): Promise<PublicationHead>;
  find(id: string, part: { level?: AreaLevel; area?: string }): Promise<Publication | null>;
  edit(id: string, text: Text, actor: string): Promise<PublicationHead>;
  submit(id: string, actor: string): Promise<PublicationHead>;
  approve(id: string, actor: string): Promise<PublicationHead>;
  /** Throws the problem `fonts-missing` for a PDF without Chinese fonts. */
  exportAs(id: string, format: 'xlsx' | 'pdf'): Promise<File | null>;
};

export type AnalysisService = {
  trend(area: string, kind: Period['kind'], limit: number): Promise<Trend>;
  decompose(query: { publication: string; area: string; against: string }): Promise<Decomposition>;
  sensitivity(id: string, request: SensitivityRequest): Promise<Sensitivity>;
  sheets(id: string): Promise<IndicatorSheet[]>;
};

export type FrameworkService = {
  list(query: PageQuery): Promise<Page<FrameworkHead>>;
  find(id: string): Promise<FrameworkFull | null>;
  add(yaml: string, actor: string): Promise<FrameworkFull>;
  preview(yaml: string): Promise<Preview>;
  submit(id: string, actor: string): Promise<FrameworkHead>;
  approve(id: string, actor: string): Promise<FrameworkHead>;
};

export type ImportService = {
  list(query: PageQuery): Promise<Page<ImportReport>>;
  template(kind: ImportKind, format: 'csv' | 'xlsx'): Promise<File>;
  run(upload: { kind: ImportKind; fileName: string; bytes: Buffer; actor: string }): Promise<ImportReport>;
};

export type IncidentService = {
  list(
    query: PageQuery & { area?: string; category?: string; source?: Incident['source'] },
  ): Promise<Page<Incident>>;
  categories(): IncidentCategory[];
  accept(reports: readonly IncidentBody[], actor: string): Promise<{ accepted: number; unchanged: number }>;
};

export type RedStepService = {
  list(query: PageQuery & { state?: RedStep['state'] }): Promise<Page<RedStep>>;
  finish(id: string, done: { note: string; actor: string }): Promise<RedStep>;
};

export type UserService = {
  list(): Promise<UserItem[]>;
  add(user: { username: string; password: string; role: UserItem['role']; actor: string }): Promise<UserItem>;
  disable(id: string, actor: string): Promise<UserItem>;
};

/** What the routes of this folder ask. */
export type SafetyIndexServices = {
  publications: PublicationService;
  analysis: AnalysisService;
  frameworks: FrameworkService;
  imports: ImportService;
  incidents: IncidentService;
  redSteps: RedStepService;
  users: UserService;
};
