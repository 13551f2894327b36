import { expect } from "@playwright/test";

import type { Person } from "./person";
import type { Order } from "./rest";
import type { Server } from "./server";
import type { Watch } from "./watch";

/** The fixtures for building a state. */
export interface Stage {
  readonly someone: (name: string) => Promise<Person>;
  readonly member: (name: string) => Promise<Person>;
  readonly watch: Watch;
  readonly server: Server;
}

/** Prepares a page in one of its states and returns the user who sees it. */
export type State = (stage: Stage) => Promise<Person>;

const TITLES = [
  ["Nils Frahm · Philharmonie · row 7", 64.5],
  ["Giselle · Opéra Garnier · second balcony", 89],
  ["RustConf · full pass", 349],
  ["コンサート · 渋谷 · 立ち見", 38.2],
  ["A title without any space in it:".padEnd(200, "W"), 999_999.99],
  ["Museum of the Moon · evening entry", 12.5],
] as const;

export async function show(person: Person, path: string): Promise<Person> {
  await person.open(path);
  return person;
}

export function visitor(path: string): State {
  return async ({ someone }) => show(await someone("ada"), path);
}

export function member(path: string): State {
  return async ({ member }) => show(await member("ada"), path);
}

/** A seller with a few tickets. */
export async function seller({ member }: Stage): Promise<Person> {
  const person = await member("seller");
  for (const [title, price] of TITLES) await person.rest.list(title, price);
  return person;
}

/** A list with tickets, as a visitor sees it. */
export function filled(path: string): State {
  return async (stage) => {
    await seller(stage);
    return show(await stage.someone("ada"), path);
  };
}

export async function ticketPath(stage: Stage, index = 0): Promise<string> {
  const tickets = await (await seller(stage)).rest.tickets();
  return `/tickets/${tickets[index]?.id}`;
}

/** A reserved ticket. */
export async function reserved(stage: Stage): Promise<{ order: Order; seller: Person; buyer: Person }> {
  const [person, buyer] = [await seller(stage), await stage.member("buyer")];
  const [ticket] = await person.rest.tickets();
  if (!ticket) throw new Error("nothing is on sale");
  return { order: await buyer.rest.reserve(ticket), seller: person, buyer };
}

/** A sold ticket. */
export async function sold(stage: Stage, index = 0): Promise<{ order: Order; seller: Person; buyer: Person }> {
  const [person, buyer] = [await seller(stage), await stage.member("buyer")];
  const ticket = (await person.rest.tickets())[index];
  if (!ticket) throw new Error("nothing is on sale");
  return { order: await buyer.rest.buy(ticket), seller: person, buyer };
}

/** The page of a ticket, once the tickets service has consumed the sale. */
export async function showSold(person: Person, { ticket }: Order): Promise<Person> {
  await expect(async () => {
    await show(person, `/tickets/${ticket.id}`);
    await expect(person.page.locator(".badge", { hasText: "Sold" })).toBeVisible({ timeout: 500 });
  }).toPass();
  return person;
}

/** A buyer on the payment page. */
export async function pay(stage: Stage): Promise<Person> {
  const { order, buyer } = await reserved(stage);
  await show(buyer, `/orders/${order.id}`);
  await buyer.startPayment();
  return buyer;
}

/** A buyer whose order was refunded. */
export async function refunded(stage: Stage): Promise<Person> {
  const { order, buyer } = await sold(stage);
  await buyer.rest.refund(order);
  await show(buyer, `/orders/${order.id}`);
  await buyer.waitForText(/refunded to your card\./);
  return buyer;
}

/** More tickets than fit on a page. */
export function paged(path: string): State {
  return async (stage) => {
    const person = await stage.member("seller");
    for (let number = 1; number <= 30; number += 1) await person.rest.list(`Chess Olympiad · day pass ${number}`, number);
    return show(await stage.someone("ada"), path);
  };
}

/** A rejected form. */
export function rejected(path: string, button: string, fields: Record<string, string>): State {
  return async ({ someone }) => submit(await show(await someone("ada"), path), button, fields);
}

export async function submit(person: Person, button: string, fields: Record<string, string>): Promise<Person> {
  for (const [label, text] of Object.entries(fields)) await person.field(label).fill(text);
  await person.button(button).click();
  const error = person.page.locator("[aria-invalid=true], [role=alert]:not(:empty)");
  await error.first().waitFor();
  await person.ready();
  return person;
}
