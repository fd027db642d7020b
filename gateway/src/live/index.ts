export { LivePublisher, type LivePublisherOptions } from './live-publisher.ts';
