import { executionAsyncResource } from 'node:async_hooks'

let kept: object | undefined

/**
 * Keeps one of the objects that `process.nextTick` queues. V8 drops a hidden class when no object of it is left; in a
 * process that idles before its first request, as servers do, this happens to those objects. From then on each of them is
 * made the slow way, several for every request, which takes up to a sixth longer. `executionAsyncResource` is the way to
 * get hold of one; that it has Node tell its hooks of each callback was not to be measured.
 */
export function keepTickClass(): void {
  process.nextTick(() => {
    if (!kept) kept = executionAsyncResource()
  })
}
