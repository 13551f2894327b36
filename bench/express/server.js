// The hot paths of the Node system that Ticketing replaces: sign-up, tickets, reservations. Express, a JSON Web Token in the
// session cookie, SQLite in WAL mode. One process, because SQLite has one writer.
//
// PORT: where it listens, on 127.0.0.1. DATABASE: its file. TICKETS: how many are on sale at the start; their
// ids are 0, 1, 2, … in hexadecimal.

import { randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import cookieSession from 'cookie-session';
import express from 'express';
import { body, validationResult } from 'express-validator';
import jwt from 'jsonwebtoken';

const JWT_KEY = 'only-for-measurements';
const HOLD_MS = 15 * 60 * 1000;
const hash = promisify(scrypt);

const db = new Database(process.env.DATABASE);
// A commit is not on disk when it is answered. That is how such a system is usually run, and in its favour.
db.pragma('journal_mode = WAL');
db.pragma('synchronous = NORMAL');
db.exec(`
  CREATE TABLE users (id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, password TEXT NOT NULL);
  CREATE TABLE tickets (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, price REAL NOT NULL, userId TEXT NOT NULL,
    orderId TEXT, version INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE orders (
    id TEXT PRIMARY KEY, userId TEXT NOT NULL, ticketId TEXT NOT NULL REFERENCES tickets, status TEXT NOT NULL,
    expiresAt INTEGER NOT NULL, version INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX orders_of_ticket ON orders (ticketId);
  CREATE TABLE events (seq INTEGER PRIMARY KEY, subject TEXT NOT NULL, data TEXT NOT NULL);
`);

const statements = {
  addUser: db.prepare('INSERT INTO users VALUES (?, ?, ?)'),
  addTicket: db.prepare('INSERT INTO tickets (id, title, price, userId) VALUES (?, ?, ?, ?)'),
  ticket: db.prepare('SELECT * FROM tickets WHERE id = ?'),
  onSale: db.prepare('SELECT * FROM tickets WHERE orderId IS NULL ORDER BY rowid DESC LIMIT ?'),
  liveOrder: db.prepare(
    "SELECT id FROM orders WHERE ticketId = ? AND status IN ('created', 'awaiting:payment', 'complete')",
  ),
  addOrder: db.prepare("INSERT INTO orders (id, userId, ticketId, status, expiresAt) VALUES (?, ?, ?, 'created', ?)"),
  hold: db.prepare('UPDATE tickets SET orderId = ?, version = version + 1 WHERE id = ?'),
  addEvent: db.prepare('INSERT INTO events (subject, data) VALUES (?, ?)'),
};

class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const newId = () => randomBytes(12).toString('hex');

const addTicket = db.transaction((title, price, userId) => {
  const ticket = { id: newId(), title, price, userId, version: 0 };
  statements.addTicket.run(ticket.id, title, price, userId);
  statements.addEvent.run('ticket:created', JSON.stringify(ticket));
  return ticket;
});

const reserve = db.transaction((ticketId, userId) => {
  const ticket = statements.ticket.get(ticketId);
  if (!ticket) throw new Refusal(404, 'Ticket not found');
  if (statements.liveOrder.get(ticketId)) throw new Refusal(400, 'Ticket is already reserved');
  const expiresAt = Date.now() + HOLD_MS;
  const order = {
    id: newId(),
    userId,
    status: 'created',
    expiresAt: new Date(expiresAt).toISOString(),
    ticket: { id: ticketId, title: ticket.title, price: ticket.price },
    version: 0,
  };
  statements.addOrder.run(order.id, userId, ticketId, expiresAt);
  statements.hold.run(order.id, ticketId);
  statements.addEvent.run('order:created', JSON.stringify(order));
  return order;
});

db.transaction((count) => {
  for (let number = 0; number < count; number += 1) {
    const id = number.toString(16).padStart(24, '0');
    statements.addTicket.run(id, `Bench ticket ${number}`, 25, 'f'.repeat(24));
  }
})(Number(process.env.TICKETS));

const validated = (request, _response, next) => {
  const problems = validationResult(request).array();
  if (problems.length > 0) throw new Refusal(400, problems[0].msg);
  next();
};

const signedIn = (request, _response, next) => {
  try {
    request.user = jwt.verify(request.session.jwt, JWT_KEY);
  } catch {
    throw new Refusal(401, 'Not authorized');
  }
  next();
};

const app = express();
app.use(express.json());
app.use(cookieSession({ signed: false }));

app.post(
  '/api/users/signup',
  body('email').isEmail(),
  body('password').isLength({ min: 8, max: 64 }),
  validated,
  (request, response, next) => {
    const { email, password } = request.body;
    const salt = randomBytes(16);
    hash(password, salt, 64)
      .then((derived) => {
        const user = { id: newId(), email };
        statements.addUser.run(user.id, email, `${salt.toString('hex')}.${derived.toString('hex')}`);
        request.session = { jwt: jwt.sign(user, JWT_KEY) };
        response.status(201).send(user);
      })
      .catch(next);
  },
);

app.get('/api/tickets', (request, response) => {
  const limit = Math.min(Number(request.query.limit) || 100, 1000);
  response.send(statements.onSale.all(limit));
});

app.get('/api/tickets/:id', (request, response) => {
  const ticket = statements.ticket.get(request.params.id);
  if (!ticket) throw new Refusal(404, 'Ticket not found');
  response.send(ticket);
});

app.post(
  '/api/tickets',
  signedIn,
  body('title').notEmpty().withMessage('Title is required'),
  body('price').isFloat({ gt: 0 }).withMessage('Price must be greater than 0'),
  validated,
  (request, response) => {
    const { title, price } = request.body;
    response.status(201).send(addTicket.immediate(title, price, request.user.id));
  },
);

app.post(
  '/api/orders',
  signedIn,
  body('ticketId').isHexadecimal().isLength({ min: 24, max: 24 }).withMessage('TicketId must be provided'),
  validated,
  (request, response) => {
    response.status(201).send(reserve.immediate(request.body.ticketId, request.user.id));
  },
);

app.use((error, _request, response, _next) => {
  response.status(error.status ?? 500).send({ errors: [{ message: error.message }] });
});

app.listen(Number(process.env.PORT), '127.0.0.1');
