import { flatten, type Params } from './rack.ts'

/** A URL of a page: the request's own, with its parameters and those given over them, sorted by name. */
export function pageUrl(url: string, params: Params, over: Params): string {
  const pairs = flatten({ ...params, ...over })
  return `${url}?${pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')}`
}

/** One entry of a Link header; what a client sent of the URL as it was must not end the entry. */
export const linkTo = (url: string, rel: string): string =>
  `<${url.replace(/[<>"]/g, encodeURIComponent)}>; rel="${rel}"`

const encode = (text: string) => encodeURIComponent(text).replaceAll('%20', '+')
