// Encrypts fields as a client of Tencent Cloud FaceID does, with nothing but Node's own crypto: no line of it is shared
// with the simulator. Reads {"publicKey", "algorithm", "fields", "key"?} as JSON and prints {"Encryption", "fields"}, or
// reads {"open": {...}} and prints what an encrypted answer says.
//
// OpenSSL has SM3, SM4 and the SM2 curve, but Node offers neither SM2 encryption nor, everywhere, SM4-GCM: the point
// arithmetic and GHASH stand here, on big integers.
'use strict'
const crypto = require('node:crypto')

const P = BigInt('0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF')
const N = BigInt('0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123')
const G = [
  BigInt('0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7'),
  BigInt('0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0')
]

const modulo = (value) => ((value % P) + P) % P
const number = (bytes) => BigInt('0x' + (bytes.toString('hex') || '0'))
const bytes = (value, length) => Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex')

function inverse (value) {
  let [left, right, one, other] = [modulo(value), P, 1n, 0n]
  while (left > 1n) {
    const times = right / left
    ;[left, right, one, other] = [right - times * left, left, other - times * one, one]
  }
  return modulo(one)
}

function add (one, other) {
  if (one === null) return other
  if (other === null) return one
  if (one[0] === other[0] && one[1] !== other[1]) return null
  const slope = one[0] === other[0]
    ? modulo((3n * one[0] * one[0] - 3n) * inverse(2n * one[1]))
    : modulo((other[1] - one[1]) * inverse(other[0] - one[0]))
  const x = modulo(slope * slope - one[0] - other[0])
  return [x, modulo(slope * (one[0] - x) - one[1])]
}

function multiply (factor, point) {
  let found = null
  for (; factor > 0n; factor >>= 1n) {
    if (factor & 1n) found = add(found, point)
    point = add(point, point)
  }
  return found
}

const sm3 = (...parts) => crypto.createHash('sm3').update(Buffer.concat(parts)).digest()

function derive (secret, length) {
  const blocks = []
  for (let count = 1; 32 * blocks.length < length; count++) blocks.push(sm3(secret, bytes(BigInt(count), 4)))
  return Buffer.concat(blocks).subarray(0, length)
}

const mixed = (one, other) => Buffer.from(one.map((byte, place) => byte ^ other[place]))

function wrapSm2 (key, pem) {
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')
  crypto.createPublicKey(pem) // OpenSSL has its own opinion on whether this is a key
  const point = der.subarray(-64)
  const chance = number(crypto.randomBytes(40)) % (N - 1n) + 1n
  const [x1, y1] = multiply(chance, G)
  const [x2, y2] = multiply(chance, [number(point.subarray(0, 32)), number(point.subarray(32))]).map((v) => bytes(v, 32))
  const digest = sm3(x2, key, y2)
  return Buffer.concat([Buffer.from([4]), bytes(x1, 32), bytes(y1, 32), digest, mixed(key, derive(Buffer.concat([x2, y2]), key.length))])
}

const R = 0xE1n << 120n

function times (one, other) {
  let found = 0n
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((one >> bit) & 1n) found ^= other
    other = other & 1n ? (other >> 1n) ^ R : other >> 1n
  }
  return found
}

function sm4 (key, mode, iv, data) {
  const cipher = crypto.createCipheriv('sm4-' + mode, key, iv).setAutoPadding(false)
  return Buffer.concat([cipher.update(data), cipher.final()])
}

const counter = (iv, count) => Buffer.concat([iv, bytes(BigInt(count), 4)])

function tagOf (ciphertext, key, iv) {
  const hash = number(sm4(key, 'ecb', null, Buffer.alloc(16)))
  let sum = 0n
  for (let start = 0; start < ciphertext.length; start += 16) {
    const block = Buffer.alloc(16)
    ciphertext.copy(block, 0, start)
    sum = times(sum ^ number(block), hash)
  }
  sum = times(sum ^ (8n * BigInt(ciphertext.length)), hash)
  return mixed(bytes(sum, 16), sm4(key, 'ecb', null, counter(iv, 1)))
}

const algorithms = {
  'AES-256-CBC': {
    keyLength: 32,
    ivLength: 16,
    wrap: (key, pem) => crypto.publicEncrypt({ key: pem, padding: crypto.constants.RSA_PKCS1_PADDING }, key),
    seal: (text, key, iv) => {
      const cipher = crypto.createCipheriv('aes-256-cbc', key, iv)
      return [Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]), null]
    },
    open: (ciphertext, key, iv) => {
      const decipher = crypto.createDecipheriv('aes-256-cbc', key, iv)
      return Buffer.concat([decipher.update(ciphertext), decipher.final()])
    }
  },
  'SM4-GCM': {
    keyLength: 16,
    ivLength: 12,
    wrap: wrapSm2,
    seal: (text, key, iv) => {
      const ciphertext = sm4(key, 'ctr', counter(iv, 2), Buffer.from(text, 'utf8'))
      return [ciphertext, tagOf(ciphertext, key, iv)]
    },
    open: (ciphertext, key, iv, tag) => {
      if (!tagOf(ciphertext, key, iv).equals(tag)) throw new Error('the tag does not fit')
      return sm4(key, 'ctr', counter(iv, 2), ciphertext)
    }
  }
}

function encrypt ({ publicKey, algorithm, fields, key: given }) {
  const { keyLength, ivLength, wrap, seal } = algorithms[algorithm]
  const key = given ? Buffer.from(given, 'base64') : crypto.randomBytes(keyLength)
  const iv = crypto.randomBytes(ivLength)
  const pem = Buffer.from(publicKey, 'base64').toString()
  const sealed = {}
  const tags = []
  for (const [name, text] of Object.entries(fields)) {
    const [ciphertext, tag] = seal(text, key, iv)
    sealed[name] = ciphertext.toString('base64')
    if (tag) tags.push(tag.toString('base64'))
  }
  return {
    fields: sealed,
    Encryption: {
      EncryptList: Object.keys(fields),
      CiphertextBlob: wrap(key, pem).toString('base64'),
      Iv: iv.toString('base64'),
      Algorithm: algorithm,
      TagList: tags
    }
  }
}

function open ({ key, encryption, values }) {
  const iv = Buffer.from(encryption.Iv, 'base64')
  const opened = {}
  encryption.EncryptList.forEach((path, place) => {
    const tag = Buffer.from(encryption.TagList[place] || '', 'base64')
    const ciphertext = Buffer.from(values[path.replace('Response.', '')], 'base64')
    opened[path] = algorithms[encryption.Algorithm].open(ciphertext, Buffer.from(key, 'base64'), iv, tag).toString('utf8')
  })
  return opened
}

const asked = JSON.parse(require('node:fs').readFileSync(0, 'utf8'))
process.stdout.write(JSON.stringify(asked.map((one) => one.open ? open(one.open) : encrypt(one))))
