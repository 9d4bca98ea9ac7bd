import { randomUUID } from 'node:crypto'

/**
 * Stands in kept texts for the origin of whoever asks: many worlds and hosts share them. No client can know it, and so
 * none can send it; no answer shows it, so that it changes nothing in what is random.
 */
export const anyOrigin = randomUUID()

/** A text with an origin in its place. */
export const withOrigin = (text: string, origin: string): string => text.replaceAll(anyOrigin, origin)
