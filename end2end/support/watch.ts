import type { BrowserContext, ConsoleMessage, Request, Response } from "@playwright/test";

/** Something that a test causes on purpose. It must then happen. */
interface Expected {
  readonly what: string;
  readonly matches: (problem: Problem) => boolean;
  happened: boolean;
}

interface Problem {
  readonly kind: "console" | "exception" | "status" | "failure" | "elsewhere";
  readonly text: string;
  readonly url: string;
  readonly status?: number;
}

/**
 * Watches every page of a test. A message on the console (where browsers also report violations of the content security
 * policy), an exception, a refused or failed request, and a request to anywhere else fail the test, unless it declared
 * them before.
 */
export class Watch {
  private readonly problems: Problem[] = [];
  private readonly expected: Expected[] = [];

  constructor(
    private readonly origin: string,
    private readonly hasScripts: boolean,
  ) {}

  /** Watches over all pages of a context. */
  follow(context: BrowserContext): void {
    context.on("console", (message) => this.heard(message));
    context.on("weberror", (thrown) => this.threw(String(thrown.error())));
    context.on("request", (request) => this.asked(request));
    context.on("response", (response) => this.answered(response));
    context.on("requestfailed", (request) => this.failed(request));
  }

  /** Requests to this path get this status, which browsers report on the console. */
  expectStatus(status: number, path: string | RegExp): void {
    const matches = ({ kind, status: given, text, url }: Problem) =>
      this.isAt(url, path) &&
      ((kind === "status" && given === status) || (kind === "console" && text.includes(`a status of ${status}`)));
    this.expected.push({ what: `${status} for ${path}`, matches, happened: false });
  }

  /** Requests to this path will find no server, or be cut off. */
  expectFailure(path: string | RegExp): void {
    const matches = ({ kind, text, url }: Problem) =>
      this.isAt(url, path) && (kind === "failure" || (kind === "console" && text.includes("net::ERR_")));
    this.expected.push({ what: `a failed request to ${path}`, matches, happened: false });
  }

  /** Allows problems like these, which the test may cause. */
  expectAny(pattern: RegExp): void {
    const matches = (problem: Problem) => pattern.test(line(problem));
    this.expected.push({ what: "", matches, happened: true });
  }

  /** Returns and clears the problems so far, and the expected ones that did not occur. */
  take(): string[] {
    const missing = this.expected.splice(0).filter(({ happened }) => !happened);
    const found = this.problems.splice(0).map(line);
    return [...found, ...missing.map(({ what }) => `did not happen: ${what}`)];
  }

  private isAt(url: string, path: string | RegExp): boolean {
    if (!url.startsWith(`${this.origin}/`)) return false;
    const { pathname } = new URL(url);
    return typeof path === "string" ? pathname === path : path.test(pathname);
  }

  private heard(message: ConsoleMessage): void {
    // Chromium's own clock: on a busy machine a page is painted, and its font used, later than the browser expects.
    const isLatePaint = message.text().includes("was preloaded using link preload but not used within a few seconds");
    if (message.type() === "error" || (message.type() === "warning" && !isLatePaint)) {
      this.found({ kind: "console", text: `${message.type()}: ${message.text()}`, url: message.location().url });
    }
  }

  private threw(text: string): void {
    // A test that inspects a page before its stylesheet has loaded aborts the transition to it, and on a busy machine
    // the browser aborts it when the page was faster than the transition. Scripts of the page cannot: they
    // wait for the stylesheet.
    const isBrokenOff = /ViewTransition opt-in disabled|Transition was aborted because of invalid state/.test(text);
    // A page catches the rejection of a transition that the browser skips; without JavaScript none can.
    const isSkipped = !this.hasScripts && text.includes("Transition was skipped");
    if (!isBrokenOff && !isSkipped) this.found({ kind: "exception", text, url: "" });
  }

  private asked(request: Request): void {
    const url = request.url();
    if (!url.startsWith(`${this.origin}/`) && !/^(about|blob|data):/.test(url)) {
      this.found({ kind: "elsewhere", text: request.method(), url });
    }
  }

  private answered(response: Response): void {
    if (response.status() >= 400) {
      this.found({ kind: "status", text: `${response.status()}`, url: response.url(), status: response.status() });
    }
  }

  private failed(request: Request): void {
    const reason = request.failure()?.errorText ?? "unknown";
    // A page that is left aborts what it was still loading. A submitted form must get its response all the same.
    const isGivenUp = reason === "net::ERR_ABORTED" && request.method() === "GET";
    if (!isGivenUp) this.found({ kind: "failure", text: reason, url: request.url() });
  }

  private found(problem: Problem): void {
    const expected = this.expected.find(({ matches }) => matches(problem));
    if (expected) expected.happened = true;
    else this.problems.push(problem);
  }
}

function line({ kind, text, url }: Problem): string {
  return `${kind}: ${text} ${url}`.trimEnd();
}
