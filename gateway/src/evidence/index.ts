export { renderSnapshot } from './render-snapshot.ts';
