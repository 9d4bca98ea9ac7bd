import { type Params, toQuery } from './rack.ts'

/** A URL of a page: the request's own, with its parameters and those given over them, sorted by name. */
export const pageUrl = (url: string, params: Params, over: Params): string =>
  `${url}?${toQuery({ ...params, ...over })}`

/** One entry of a Link header; what a client sent of the URL as it was must not end the entry. */
export const linkTo = (url: string, rel: string): string =>
  `<${url.replace(/[<>"]/g, encodeURIComponent)}>; rel="${rel}"`
