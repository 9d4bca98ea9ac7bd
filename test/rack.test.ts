import fc from 'fast-check'
import t from 'tap'
import { assign, flatten, ParameterError, type Params, parseNested, toQuery } from '../src/lifecycle/rack.ts'

type Case = [what: string, text: string, bag: Params]

const queries: Case[] = [
  // pairs
  ['nothing gives nothing', '', {}],
  ['a pair is a name and text', 'a=1', { a: '1' }],
  [
    'pairs stand between &',
    'page=2&per_page=20&status=success',
    { page: '2', per_page: '20', status: 'success' },
  ],
  ['pairs stand between ; too', 'a=1;b=2', { a: '1', b: '2' }],
  ['empty pairs are passed over', '&a=1&&;b=2&', { a: '1', b: '2' }],
  ['blanks after a separator are passed over', 'a=1&  b=2; c=3', { a: '1', b: '2', c: '3' }],
  ['a blank before the first name is part of it', ' a=1', { ' a': '1' }],
  ['no = means null', 'a', { a: null }],
  ['= and nothing means empty text', 'a=', { a: '' }],
  ['only the first = counts', 'a=b=c', { a: 'b=c' }],
  ['a pair without a name is passed over', '=1&a=2', { a: '2' }],
  ['the last of a repeated name counts', 'a=1&a=2', { a: '2' }],
  ['null replaces text', 'a=1&a', { a: null }],
  ['names and values may be numbers and stay text', '0=1', { 0: '1' }],

  // escapes
  ['+ is a blank', 'a+b=c+d', { 'a b': 'c d' }],
  ['%2B is a plus', 'a=1%2B1', { a: '1+1' }],
  [
    'an escaped date keeps its offset',
    'at=2020-01-01T10%3A00%3A00%2B02%3A00',
    { at: '2020-01-01T10:00:00+02:00' },
  ],
  ['a + in a date is a blank', 'at=2020-01-01T10:00:00+02:00', { at: '2020-01-01T10:00:00 02:00' }],
  ['escapes are UTF-8', 'a=%C3%A9%F0%9F%A6%8A', { a: 'é🦊' }],
  ['unescaped letters of any language pass', 'ключ=знач', { ключ: 'знач' }],
  ['escaped separators separate nothing', 'a%3Db=c%26d%3Be', { 'a=b': 'c&d;e' }],
  ['escaped brackets nest as plain ones', 'a%5Bb%5D%5B%5D=1', { a: { b: ['1'] } }],
  ['a NUL is a character', 'a=%00', { a: '\0' }],

  // lists
  ['[] makes a list', 'a[]=1&a[]=2', { a: ['1', '2'] }],
  ['a list of one is a list', 'a[]=1', { a: ['1'] }],
  ['a list may hold null and empty text', 'a[]&a[]=', { a: [null, ''] }],
  ['a list fills from anywhere', 'a[]=1&b=2&a[]=3', { a: ['1', '3'], b: '2' }],
  ['plain text replaces a list', 'a[]=1&a=2', { a: '2' }],
  ['null makes room for a list', 'a&a[]=1', { a: ['1'] }],

  // hashes
  ['[b] makes a hash', 'a[b]=1&a[c]=2', { a: { b: '1', c: '2' } }],
  ['hashes nest', 'a[b][c]=1&a[b][d]=2', { a: { b: { c: '1', d: '2' } } }],
  ['a number is a key, not a place in a list', 'a[0]=x&a[1]=y', { a: { 0: 'x', 1: 'y' } }],
  ['the last of a repeated key counts', 'a[b]=1&a[b]=2', { a: { b: '2' } }],
  ['a hash may hold a list', 'not[labels][]=x&not[labels][]=y', { not: { labels: ['x', 'y'] } }],
  ['a hash may hold null', 'a[b]', { a: { b: null } }],
  ['plain text replaces a hash', 'a[b]=1&a=2', { a: '2' }],
  ['null makes room for a hash', 'a&a[b]=1', { a: { b: '1' } }],

  // lists of hashes
  [
    "a pipeline's variables are hashes of a list",
    'variables[][key]=A&variables[][value]=1&variables[][key]=B&variables[][value]=2',
    {
      variables: [
        { key: 'A', value: '1' },
        { key: 'B', value: '2' },
      ],
    },
  ],
  [
    'a repeated key begins the next hash',
    'v[][key]=A&v[][value]=1&v[][key]=B',
    { v: [{ key: 'A', value: '1' }, { key: 'B' }] },
  ],
  ['a key that the last hash lacks joins it', 'v[][a]=1&v[][b]=2', { v: [{ a: '1', b: '2' }] }],
  ['a repeated key of depth counts whole', 'v[][a][b]=1&v[][a][c]=2', { v: [{ a: { b: '1', c: '2' } }] }],
  [
    'and begins the next hash whole',
    'v[][a][b]=1&v[][a][b]=2',
    { v: [{ a: { b: '1' } }, { a: { b: '2' } }] },
  ],
  ['a list in a hash of a list goes on', 'v[][a][]=1&v[][a][]=2', { v: [{ a: ['1', '2'] }] }],
  [
    'a list of hashes in a hash of a list goes on',
    'v[][a][][b]=1&v[][a][][c]=2&v[][a][][b]=3',
    { v: [{ a: [{ b: '1', c: '2' }, { b: '3' }] }] },
  ],
  [
    'text and hashes share a list',
    'v[]=1&v[][a]=2&v[]=3&v[][a]=4',
    { v: ['1', { a: '2' }, '3', { a: '4' }] },
  ],
  ['a key after [] needs no brackets', 'v[]a=1&v[]a=2', { v: [{ a: '1' }, { a: '2' }] }],

  // odd brackets
  ['a lone ] ends a key', 'a]b=1', { a: { b: '1' } }],
  ['a bracket left open is closed', 'a[b=1', { a: { b: '1' } }],
  ['a last [ is part of the name', 'a[=1', { 'a[': '1' }],
  ['and of the rest of the name', 'a[b[=1', { a: { '[b[': '1' } }],
  ['leading brackets are passed over', '[a]=1&[]b=2&]]c=3', { a: '1', b: '2', c: '3' }],
  ['brackets without a name are passed over', '[]=1&[=2&]=3&[]', {}],
  ['text after ] is a key', 'a[b]c=1', { a: { b: { c: '1' } } }],
  ['closing brackets may be many', 'a[b]]]=1', { a: { b: '1' } }],
  ['[][] is a list in a list', 'a[][]=1&a[][]=2', { a: [['1'], ['2']] }],
  ['[][] without a value is null in a list', 'a[][]', { a: [null] }],
  ['brackets that hold no key make null', 'a[[]]=1&b[]]=2&c[][=3', { a: null, b: [null], c: [null] }],

  // names that JavaScript knows
  ['__proto__ is a name', '__proto__=1&a[__proto__]=2', { ['__proto__']: '1', a: { ['__proto__']: '2' } }],
  ['__proto__ is a hash', '__proto__[x]=1', { ['__proto__']: { x: '1' } }],
  ['__proto__ is a hash within', 'a[__proto__][x]=1', { a: { ['__proto__']: { x: '1' } } }],
  [
    '__proto__ is a list',
    '__proto__[]=1&v[][__proto__]=2',
    { ['__proto__']: ['1'], v: [{ ['__proto__']: '2' }] },
  ],
  ['constructor is a name', 'constructor[prototype][x]=1', { constructor: { prototype: { x: '1' } } }],
  ['so are the names of methods', 'toString=1&hasOwnProperty[]=2', { toString: '1', hasOwnProperty: ['2'] }],
]

t.test('a query', async t => {
  for (const [what, text, bag] of queries) t.equal(told(parseNested(text)), told(bag), `${what}: ${text}`)
})

t.test('a form', async t => {
  t.equal(told(form('a=1&b[]=2')), told({ a: '1', b: ['2'] }), 'nests as a query does')
  t.equal(told(form('note=one; two&b=3')), told({ note: 'one; two', b: '3' }), 'keeps its semicolons')
})

t.test('what breaks the grammar is refused, with the name of the parameter', async t => {
  const refused: [what: string, text: string, message: string][] = [
    ['text, then a list', 'a=1&a[]=2', 'conflicts with an earlier value that is not a list: parameter "a[]"'],
    [
      'text, then a hash',
      'a=1&a[b]=2',
      'conflicts with an earlier value that is not a hash: parameter "a[b]"',
    ],
    [
      'empty text, then a list',
      'a=&a[]=2',
      'conflicts with an earlier value that is not a list: parameter "a[]"',
    ],
    [
      'a list, then a hash',
      'a[]=1&a[b]=2',
      'conflicts with an earlier value that is not a hash: parameter "a[b]"',
    ],
    [
      'a hash, then a list',
      'a[b]=1&a[]=2',
      'conflicts with an earlier value that is not a list: parameter "a[]"',
    ],
    [
      'the same below',
      'x[a]=1&x[a][]=2',
      'conflicts with an earlier value that is not a list: parameter "x[a][]"',
    ],
    ['a bad escape', 'a=%zz', 'bad percent escape: parameter "a"'],
    ['half an escape', 'a=1%2', 'bad percent escape: parameter "a"'],
    ['a lone %', 'a=100%', 'bad percent escape: parameter "a"'],
    ['a bad escape in a name', 'a%zz=1', 'bad percent escape: parameter "a%zz"'],
    ['bytes that are no UTF-8', 'a+b=%FF', 'invalid UTF-8: parameter "a b"'],
    ['cut off UTF-8', 'a=%C3', 'invalid UTF-8: parameter "a"'],
    ['half a surrogate pair', 'a=%ED%A0%80', 'invalid UTF-8: parameter "a"'],
    ['no UTF-8 in a name', '%FF', 'invalid UTF-8: parameter "%FF"'],
    [
      'long names are shortened',
      `${'n'.repeat(101)}=%`,
      `bad percent escape: parameter "${'n'.repeat(100)}…"`,
    ],
  ]
  for (const [what, text, message] of refused) {
    t.throws(() => parseNested(text), { name: 'ParameterError', message }, `${what}: ${text}`)
  }
})

t.test('a bag', async t => {
  const bag = parseNested('a[b]=1')
  t.equal(
    'constructor' in bag || 'toString' in bag || '__proto__' in bag,
    false,
    'has no names but those given',
  )
  t.equal((bag.a as Params).constructor, undefined, 'nor have its hashes')
  t.equal(parseNested('c=2', bag), bag, 'can be added to')
  t.equal(told(bag), told({ a: { b: '1' }, c: '2' }), 'and keeps what it had')
})

t.test('parts of a multipart body', async t => {
  class Upload {
    filename = 'x.tar.gz'
  }
  const file = new Upload()
  const bag = parseNested('')
  for (const [name, value] of [
    ['file', file],
    ['override_params[visibility]', 'private'],
    ['v[]', file],
    ['v[][key]', 'A'],
    ['v[][key]', file],
  ] as const) {
    assign(bag, name, value)
  }
  t.equal(bag.file, file, 'are kept as they are')
  t.equal(told(bag.override_params), told({ visibility: 'private' }), 'nest by their names')
  t.equal(told(bag.v), told([file, { key: 'A' }, { key: file }]), 'are never taken for hashes in a list')
  t.throws(() => assign(bag, 'file[filename]', 'y'), ParameterError, 'are never taken for hashes')
  t.throws(
    () => assign({ file: { filename: 'x' } }, 'file[filename]', 'y'),
    ParameterError,
    'even if plain objects',
  )
  t.equal(
    told(assigned({}, '__proto__[x]', '1')),
    told({ ['__proto__']: { x: '1' } }),
    "go safely into a caller's {}",
  )
  const own = assigned({}, '__proto__[x]', '1')
  t.equal(Object.getPrototypeOf(own), Object.prototype, 'which stays what it was')
  t.equal(told(assigned({}, 'constructor[]', '1')), told({ constructor: ['1'] }), 'whatever their names')
})

t.test('limits', async t => {
  const deep = (levels: number, step = '[a]') => `a${step.repeat(levels - 1)}=1`
  const tooDeep = { name: 'ParameterError', message: /^nested deeper than 100 levels: parameter "/ }
  const tooMany = { name: 'ParameterError', message: /^more than 65536 bytes of names: parameter "/ }
  const numbered = (count: number, name: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => name(n)).join('&')

  t.equal(told(parseNested(deep(100))), `${'{"a":'.repeat(100)}"1"${'}'.repeat(100)}`, '100 levels are taken')
  t.throws(() => parseNested(deep(101)), tooDeep, '101 are not')
  t.doesNotThrow(() => parseNested(deep(100, '[][a]')), '100 levels of lists are taken')
  t.throws(() => parseNested(deep(101, '[][a]')), tooDeep, '101 are not')
  t.throws(() => assign({}, deep(101), 1), tooDeep, 'by no way in')

  t.doesNotThrow(() => parseNested('n'.repeat(65_536)), '65,536 bytes of names are taken')
  t.throws(() => parseNested('n'.repeat(65_537)), tooMany, 'one more is not')
  t.throws(() => parseNested('%C3%A9'.repeat(32_769)), tooMany, 'bytes are counted, not characters')
  t.throws(() => parseNested(numbered(20_000, n => `a[${n}]`)), tooMany, 'keys of hashes are counted')
  t.throws(() => parseNested('v[][key]&'.repeat(21_846)), tooMany, 'of hashes in lists as well')
  t.doesNotThrow(() => parseNested('name=1&'.repeat(20_000)), 'repeated names are counted once')
  const bag = {}
  const assignMany = () => Array.from({ length: 20_000 }, (_, n) => assign(bag, `a${n}`, ''))
  t.throws(assignMany, tooMany, 'parts of one body are counted together')
})

// Quadratic work on any of these takes minutes.
t.test('time grows no faster than the text', async t => {
  const hostile: [what: string, text: string, refusal?: RegExp][] = [
    [
      '100,000 parameters',
      Array.from({ length: 100_000 }, (_, n) => `p${n}=1`).join('&'),
      /^more than 65536 bytes/,
    ],
    ['3,000 levels', `a${'[b]'.repeat(3_000)}=1`, /^nested deeper/],
    ['1,000,000 levels', `a${'[b]'.repeat(1_000_000)}=1`, /^nested deeper/],
    ['1,000,000 levels of lists', `a${'[][b]'.repeat(1_000_000)}=1`, /^nested deeper/],
    ['1,000,000 levels below a hash of a list', `a[][b]&a[]${'[b]'.repeat(1_000_000)}=1`, /^nested deeper/],
    ['100,000 elements', 'a[]=1&'.repeat(100_000)],
    ['60,000 hashes in a list', 'v[][k]=1&'.repeat(60_000)],
    ['100,000 elements of a list in a list', 'v[][k][]=1&'.repeat(100_000)],
    ['500,000 times the same name', 'a=1&'.repeat(500_000)],
    ['3,000,000 separators', '&'.repeat(3_000_000)],
    ['3,000,000 blanks', `&${' '.repeat(3_000_000)}`],
    ['1,000,000 opening brackets', `a${'['.repeat(1_000_000)}`],
    ['1,000,000 closing brackets', `a[b${']'.repeat(1_000_000)}`],
    ['1,000,000 empty pairs of brackets', `a${'[]'.repeat(1_000_000)}`],
    ['1,000 long names', `${'a'.repeat(5_000)}${'[b]'.repeat(90)}=1&`.repeat(1_000)],
    ['1,000,000 escapes', `a=${'%20+'.repeat(500_000)}`],
  ]
  for (const [what, text, refusal] of hostile) {
    const began = performance.now()
    let refused = ''
    try {
      parseNested(text)
    } catch (error) {
      refused = (error as Error).message
    }
    t.ok(performance.now() - began < 1000, `${what} take less than a second`)
    t.match(refused, refusal ?? /^$/, `${what} are ${refusal ? 'refused' : 'taken'}`)
  }
})

t.test('a bag as a query', async t => {
  const written: [what: string, bag: Params, text: string][] = [
    ['nothing is nothing', {}, ''],
    ['names are sorted', { page: '2', order_by: 'id', per_page: '20' }, 'order_by=id&page=2&per_page=20'],
    ['by their encoded text', { a: '1', 'a b': '2', 'a-': '3' }, 'a+b=2&a-=3&a=1'],
    ['hashes in their place', { b: '1', a: { d: '2', c: '3' } }, 'a%5Bc%5D=3&a%5Bd%5D=2&b=1'],
    ['lists keep their order', { v: ['2', '1'] }, 'v%5B%5D=2&v%5B%5D=1'],
    [
      'hashes in lists keep theirs',
      { v: [{ value: '1', key: 'A' }] },
      'v%5B%5D%5Bvalue%5D=1&v%5B%5D%5Bkey%5D=A',
    ],
    ['numbers, true and false are text', { a: 1, b: true, c: false }, 'a=1&b=true&c=false'],
    ['null is empty', { a: null, b: [null] }, 'a=&b%5B%5D='],
    ['a file is empty', { file: Buffer.from('x') }, 'file='],
    ['an empty list is one empty element', { a: [] }, 'a%5B%5D='],
    ['an empty hash is left out', { a: {}, b: '1' }, 'b=1'],
    ['a blank is +, a plus is %2B', { a: '1 + 1' }, 'a=1+%2B+1'],
    [
      '- . _ ~ stay, other signs do not',
      { a: "-._~!*'()/:@&=;,?#[]" },
      'a=-._~%21%2A%27%28%29%2F%3A%40%26%3D%3B%2C%3F%23%5B%5D',
    ],
    ['letters are UTF-8', { é: '🦊' }, '%C3%A9=%F0%9F%A6%8A'],
    ['half a surrogate pair is the sign for what is unknown', { a: '\ud83e' }, 'a=%EF%BF%BD'],
    [
      'what a body of JSON says',
      JSON.parse('{"__proto__":{"x":[1,{"y":null}]}}'),
      '__proto__%5Bx%5D%5B%5D=1&__proto__%5Bx%5D%5B%5D%5By%5D=',
    ],
  ]
  for (const [what, bag, text] of written) t.equal(toQuery(bag), text, what)

  const pairs = flatten({ b: 'x y', a: { d: null, c: ['2', '1'] } })
  t.same(
    pairs,
    [
      ['a[c][]', '2'],
      ['a[c][]', '1'],
      ['a[d]', ''],
      ['b', 'x y'],
    ],
    'its pairs are the same, not encoded',
  )

  const bottomless = JSON.parse(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`)
  t.throws(() => toQuery(bottomless), ParameterError, 'what is nested too deep is refused')
  t.doesNotThrow(() => toQuery(parseNested(`a${'[][b]'.repeat(99)}=1`)), 'what could be read can be written')
})

// What the grammar can carry: names that are not empty and have no brackets; text; lists of text; hashes that are not
// empty; lists of hashes that all begin with the same key, which holds text and does not look like a number, as
// JavaScript puts numbers first. Not null (read back as ''), lists of lists, nor what is empty.
const text = fc.string({ unit: 'binary', maxLength: 8 })
const name = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }).filter(name => !/[[\]]/.test(name)),
  fc.constantFrom('page', 'a', '__proto__', 'constructor', 'toString', '0', '=', '&', ';', ' ', '+', '%'),
)
const { bag: anyBag } = fc.letrec<{ value: unknown; bag: Params; hashes: Params[] }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.array(text, { minLength: 1, maxLength: 4 }),
    tie('bag'),
    tie('hashes'),
  ),
  bag: fc
    .array(fc.tuple(name, tie('value')), { minLength: 1, maxLength: 4 })
    .map(pairs => Object.fromEntries(pairs)),
  hashes: fc
    .tuple(name, fc.array(fc.tuple(text, tie('bag')), { minLength: 1, maxLength: 4 }))
    .map(([key, elements]) => elements.map(([first, rest]) => startingWith(`${key}~`, first, rest))),
}))

function startingWith(key: string, first: string, rest: Params): Params {
  const others = Object.entries(rest).filter(([name]) => name !== key && !/^\d+$/.test(name))
  return Object.fromEntries([[key, first], ...others])
}

// Texts with more brackets and other signs of the grammar than chance would have.
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.nat(0xffff), { maxLength: 9 }).map(units => String.fromCharCode(...units)),
  fc
    .array(
      fc.constantFrom(
        ...'ab[]=&;+% 0',
        '[]',
        '[a]',
        '[][b]',
        '=1&',
        '%5B',
        '%C3%A9',
        '%FF',
        '__proto__',
        'constructor',
      ),
      {
        maxLength: 30,
      },
    )
    .map(signs => signs.join('')),
)

t.test('whatever is sent', async t => {
  const always = <T>(what: string, arbitrary: fc.Arbitrary<T>, holds: (value: T) => boolean) => {
    const outcome = fc.check(fc.property(arbitrary, holds), { numRuns: 500 })
    t.notOk(outcome.failed && fc.defaultReportMessage(outcome), what)
  }

  always('what was written is read back', anyBag, bag => told(parseNested(toQuery(bag))) === told(bag))

  always('as a form too', anyBag, bag => told(form(toQuery(bag))) === told(bag))

  always('pair by pair too', anyBag, bag => {
    const copy = {}
    for (const [name, value] of flatten(bag)) assign(copy, name, value)
    return told(copy) === told(bag)
  })

  const anyBagInAnyOrder = anyBag.chain(bag =>
    fc.record({
      bag: fc.constant(bag),
      names: fc.shuffledSubarray(Object.keys(bag), { minLength: Object.keys(bag).length }),
    }),
  )
  always('the order of parameters that share no name does not matter', anyBagInAnyOrder, ({ bag, names }) => {
    const parts = names.map(name => toQuery({ [name]: bag[name] }))
    return told(parseNested(parts.join('&'))) === told(bag)
  })

  always('a text makes a bag that can be told as JSON, or a ParameterError', anyText, text => {
    const bag = parsedOrRefused(text)
    return bag === undefined || typeof JSON.stringify(bag) === 'string'
  })

  always('nothing gets into any other object', anyText, text => {
    const before = Reflect.ownKeys(Object.prototype).length
    const bag = parsedOrRefused(text) ?? {}
    const inherited = [{}, parseNested('')].flatMap(names)
    return (
      inherited.length === 0 &&
      names(bag).every(name => Object.hasOwn(bag, name)) &&
      Reflect.ownKeys(Object.prototype).length === before
    )
  })

  always(
    'a query of any JSON is plain ASCII without blanks',
    fc.dictionary(fc.string(), fc.jsonValue()),
    bag => /^[\w.~%+&=-]*$/.test(toQuery(bag)),
  )
})

// Every name that a loop over the object meets, inherited ones too.
function names(object: object): string[] {
  const met = []
  for (const name in object) met.push(name)
  return met
}

function form(text: string): Params {
  return parseNested(text, undefined, 'form')
}

function assigned(bag: Params, name: string, value: unknown): Params {
  assign(bag, name, value)
  return bag
}

function parsedOrRefused(text: string): Params | undefined {
  try {
    return parseNested(text)
  } catch (error) {
    if (error instanceof ParameterError) return undefined
    throw error
  }
}

// A value as text, whatever the order of its keys; `__proto__` shows as any key does.
function told(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(told)}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const pairs = Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}:${told(inner)}`)
  return `{${pairs.sort()}}`
}
