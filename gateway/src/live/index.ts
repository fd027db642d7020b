export { type LiveOutcome, LivePublisher, type LivePublisherOptions } from './live-publisher.ts';
