import type { Row, Table } from '../store/table.ts'
import type { World } from '../store/world.ts'
import { type Agenda, createAgenda } from './agenda.ts'

/** That something, whose id it has, goes on by itself. A row, so that forks and snapshots live on. */
export interface Life extends Row {
  readonly project_id: number
}

/** What happens next by itself to something, and when: in milliseconds since 1970. */
export interface Step {
  readonly due: number
  readonly make: () => void
}

/** What goes on by itself in worlds, of one kind. */
export interface Living {
  has(world: World, id: number): boolean
  /** Whether there is none. */
  isEmpty(world: World): boolean
  /** The ids of those that belong to a project. */
  ofProject(world: World, id: number): readonly number[]
  /** Lets something go on by itself from now on. */
  enliven(world: World, one: Life): void
  /** Has something looked at as soon as time is, because it has changed. */
  lookAt(world: World, id: number): void
  /** Nothing goes on in it any more. */
  settleDown(world: World, id: number): void
  /** Whether time moves anything in a world. */
  goesByTime(world: World): boolean
  /** Makes every step that has become due, in order; what has none to come lives no more. */
  settleDue(world: World, next: (id: number) => Step | undefined): void
}

/** Keeps those that live in a table; once time moves a world, all of them are looked at, each again when its next step is due. */
export function livingIn(table: Table<Life>): Living {
  const agendas = new WeakMap<World, Agenda>()
  const agendaOf = (world: World): Agenda => {
    let agenda = agendas.get(world)
    if (!agenda) {
      agendas.set(world, (agenda = createAgenda()))
      for (const { id } of world.rows(table)) agenda.set(id, Number.NEGATIVE_INFINITY)
    }
    return agenda
  }
  const has: Living['has'] = (world, id) => world.get(table, id) !== undefined
  const lookAt: Living['lookAt'] = (world, id) => agendas.get(world)?.set(id, world.clock.now())
  return {
    has,
    isEmpty: world => world.rows(table).length === 0,
    ofProject: (world, id) => world.where(table, 'project_id', id).map(life => life.id),
    enliven: (world, { id, project_id }) => {
      if (!has(world, id)) world.insert(table, { id, project_id })
      lookAt(world, id)
    },
    lookAt,
    settleDown: (world, id) => {
      const life = world.get(table, id)
      if (life) world.remove(table, life)
    },
    goesByTime: world => agendas.has(world),
    settleDue: (world, next) => {
      const agenda = agendaOf(world)
      const now = world.clock.now()
      // Taken away together: each by itself would move all that stand behind it.
      const over: number[] = []
      for (let entry = agenda.next(now); entry; entry = agenda.next(now)) {
        const step = next(entry.id)
        if (!step) {
          over.push(entry.id)
          continue
        }
        // An instant that is none counts as due: making the step then says what is wrong.
        if (!(step.due > entry.due)) step.make()
        // What comes next may be due as well, once all that is due before has happened.
        agenda.set(entry.id, step.due)
      }
      world.removeAll(table, over)
    },
  }
}
