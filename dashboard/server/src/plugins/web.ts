import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import type { FastifyReply } from 'fastify';
import { Problem } from '../base/problem.ts';
import type { App } from '../routes/app.ts';

const NONCE_PLACEHOLDER = '__CSP_NONCE__';

function policy(nonce: string | null): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    `style-src 'self'${nonce === null ? '' : ` 'nonce-${nonce}'`}`,
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "font-src 'self' data:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Security headers of every answer. The content security policy has no unsafe-inline; a page brings its own nonce. */
export async function protectAnswers(app: App): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: false,
    crossOriginEmbedderPolicy: false,
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
  });
  app.addHook('onSend', async (request, reply) => {
    if (reply.hasHeader('content-security-policy')) return;
    reply.header('content-security-policy', policy(null));
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control')) {
      reply.header('cache-control', 'no-store');
    }
  });
}

/** Gives a page's own styles a fresh nonce; scripts need none, they are files of this site. */
async function sendPage(reply: FastifyReply, file: string): Promise<FastifyReply> {
  const page = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Problem('not-found', { message: 'The web app is not built: run npm run build:web.', cause });
  });
  const nonce = randomBytes(18).toString('base64');
  return reply
    .header('content-security-policy', policy(nonce))
    .header('cache-control', 'no-cache')
    .type('text/html; charset=utf-8')
    .send(page.replaceAll(NONCE_PLACEHOLDER, nonce));
}

/** The built web app in `folder`: its files, and its page for every path that is no file and no interface. */
export async function serveWeb(app: App, folder: string): Promise<void> {
  await app.register(fastifyStatic, { root: folder, serve: false });
  const index = join(folder, 'index.html');
  const options = { config: { permission: 'public' as const }, schema: { hide: true } };

  app.get('/', options, (_request, reply) => sendPage(reply, index));
  app.get('/*', options, async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/';
    if (path.startsWith('/api/')) throw new Problem('not-found');
    const name = path.split('/').at(-1) ?? '';
    if (!name.includes('.') || name === 'index.html') return sendPage(reply, index);
    const hashed = path.startsWith('/assets/');
    return reply.sendFile(decodeURIComponent(path), {
      maxAge: hashed ? '365d' : 0,
      immutable: hashed,
      index: false,
    });
  });
  app.setNotFoundHandler(() => {
    throw new Problem('not-found');
  });
}
