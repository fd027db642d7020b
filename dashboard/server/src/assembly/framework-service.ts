import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { timestamp } from '../base/clock.ts';
import { Problem } from '../base/problem.ts';
import { WorkerTaskError } from '../base/run-in-worker.ts';
import { computeAreaTree, type Framework, IndexError, parseFrameworkYaml } from '../index/index.ts';
import type { FrameworkHead, Preview } from '../routes/safety-index/schemas.ts';
import type { FrameworkService } from '../routes/safety-index/services.ts';
import type { FrameworkHeadRow, FrameworkRow, FrameworkStep } from '../store/frameworks.ts';
import { type IndexContext, pageOf } from './publication-context.ts';
import { bilingual } from './publication-present.ts';
import { checkApproval, SYSTEM } from './publication-rules.ts';

const SHOWN_PROBLEMS = 50;

function presentHead(row: FrameworkHeadRow): FrameworkHead {
  const { id, code, version, nameZh: zh, nameEn: en, sha256, state, author, approver, at } = row;
  return { id, code, version, name: { zh, en }, sha256, state, author, approver, at: timestamp(at) };
}

/** Everything that is wrong with a framework, each finding with its path; null when nothing is. */
function examine(yaml: string): { framework: Framework; sha256: string } | { problems: Preview['problems'] } {
  try {
    const framework = parseFrameworkYaml(yaml);
    // One area shows whether the framework can be computed over a tree of areas at all.
    const probe = { code: 'probe', parent: null, level: 'grid', nameZh: '', nameEn: '' };
    const { sha256 } = computeAreaTree({ framework, areas: [probe], facts: {} }).framework;
    return { framework, sha256 };
  } catch (error) {
    if (!(error instanceof IndexError)) throw error;
    return { problems: error.problems.map(asFinding) };
  }
}

/** `index.children[0].weight: must be …` → path and message. */
function asFinding(text: string): { path: string; message: string } {
  const colon = text.indexOf(': ');
  const path = colon < 0 ? '' : text.slice(0, colon);
  return colon < 0 || path.includes('\n')
    ? { path: '', message: text }
    : { path, message: text.slice(colon + 2) };
}

/** Versions of the framework: drafted by one person, put in force by another. */
export function createFrameworks(
  context: IndexContext,
): FrameworkService & { install(file: string): Promise<void> } {
  const { store, engine, now } = context;
  const rowOf = (yaml: string, author: string): FrameworkRow => {
    const examined = examine(yaml);
    if ('problems' in examined) {
      const lines = examined.problems
        .slice(0, SHOWN_PROBLEMS)
        .map(({ path, message }) => `${path}: ${message}`);
      throw new Problem('invalid', { field: 'body.yaml', message: lines.join('\n') });
    }
    const { code, version, name } = examined.framework;
    const { zh, en } = bilingual(name, code);
    return {
      id: randomUUID(),
      code,
      version,
      nameZh: zh,
      nameEn: en,
      sha256: examined.sha256,
      yaml,
      state: 'draft',
      author,
      submitter: null,
      approver: null,
      at: new Date(now()),
    };
  };
  const change = async (
    id: string,
    { actor, action }: { actor: string; action: string },
    decide: (row: FrameworkRow) => FrameworkStep,
  ) => {
    const row = await store.frameworks.change(id, { at: new Date(now()), actor, action }, decide);
    if (row === undefined) throw new Problem('not-found');
    return presentHead(row);
  };

  return {
    list: (query) =>
      pageOf(query, store.frameworks.list, { position: ({ at, id }) => ({ at, id }), present: presentHead }),

    async find(id) {
      const row = await store.frameworks.find(id);
      return row === undefined ? null : { ...presentHead(row), yaml: row.yaml };
    },

    async add(yaml, actor) {
      const row = rowOf(yaml, actor);
      if (!(await store.frameworks.add(row))) {
        throw new Problem('already-exists', {
          field: 'body.yaml',
          message: `${row.code} ${row.version} is there already and never changes: raise "version".`,
        });
      }
      return { ...presentHead(row), yaml };
    },

    async preview(yaml) {
      const examined = examine(yaml);
      if ('problems' in examined) return { problems: examined.problems, areas: [] };
      const newest = await store.publications.newest();
      if (newest === undefined) return { problems: [], areas: [] };
      const before = new Map(newest.content.areas.map(({ area, score }) => [area.code, score]));
      try {
        const after = await engine.preview({ kind: 'preview', yaml, figures: newest.inputs });
        return {
          problems: [],
          areas: newest.inputs.areas.map(({ code, name, level }) => ({
            code,
            name,
            level,
            before: before.get(code) ?? null,
            after: after[code] ?? null,
          })),
        };
      } catch (error) {
        if (!(error instanceof WorkerTaskError) || error.errorName !== 'IndexError') throw error;
        return { problems: error.messages.map(asFinding), areas: [] };
      }
    },

    submit: (id, actor) =>
      change(id, { actor, action: 'submit' }, ({ state }) => {
        if (state !== 'draft') throw new Problem('conflict', { message: `This is "${state}" already.` });
        return { state: 'submitted', submitter: actor };
      }),

    approve: (id, actor) =>
      change(id, { actor, action: 'approve' }, ({ state, author, submitter }) => {
        if (state !== 'submitted')
          throw new Problem('conflict', { message: `This is "${state}": hand it in first.` });
        checkApproval({ state: 'submitted', author, editor: null, submitter }, actor);
        return { state: 'active', approver: actor };
      }),

    /** At the first start: the product's own framework becomes the active one. */
    async install(file) {
      if ((await store.frameworks.active()) !== undefined) return;
      const row = rowOf(await readFile(file, 'utf8'), SYSTEM);
      await store.frameworks.add({ ...row, state: 'active', approver: SYSTEM });
    },
  };
}
