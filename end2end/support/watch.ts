import type { BrowserContext, ConsoleMessage, Request, Response } from "@playwright/test";

/** A problem that a test causes on purpose. It must then occur. */
interface Expected {
  readonly description: string;
  readonly matches: (problem: Problem) => boolean;
  hasOccurred: boolean;
}

interface Problem {
  readonly kind: "console" | "exception" | "status" | "failure" | "external";
  readonly text: string;
  readonly url: string;
  readonly status?: number;
}

/**
 * Watches every page of a test. A warning or error on the console (which includes violations of the content security
 * policy), an exception, a rejected or failed request, and a request to another origin fail the test, unless it expects
 * them.
 */
export class Watch {
  private readonly problems: Problem[] = [];
  private readonly expected: Expected[] = [];

  constructor(
    private readonly origin: string,
    private readonly hasScripts: boolean,
  ) {}

  /** Watches all pages of a context. */
  follow(context: BrowserContext): void {
    context.on("console", (message) => this.onConsole(message));
    context.on("weberror", (thrown) => this.onException(String(thrown.error())));
    context.on("request", (request) => this.onRequest(request));
    context.on("response", (response) => this.onResponse(response));
    context.on("requestfailed", (request) => this.onRequestFailed(request));
  }

  /** Expects this status for this path. Browsers report it on the console, too. */
  expectStatus(status: number, path: string | RegExp): void {
    const matches = ({ kind, status: given, text, url }: Problem) =>
      this.isAt(url, path) &&
      ((kind === "status" && given === status) || (kind === "console" && text.includes(`a status of ${status}`)));
    this.expected.push({ description: `${status} for ${path}`, matches, hasOccurred: false });
  }

  /** Expects that requests to this path fail without a response. */
  expectFailure(path: string | RegExp): void {
    const matches = ({ kind, text, url }: Problem) =>
      this.isAt(url, path) && (kind === "failure" || (kind === "console" && text.includes("net::ERR_")));
    this.expected.push({ description: `a failed request to ${path}`, matches, hasOccurred: false });
  }

  /** Allows these problems. They need not occur. */
  expectAny(pattern: RegExp): void {
    const matches = (problem: Problem) => pattern.test(line(problem));
    this.expected.push({ description: "", matches, hasOccurred: true });
  }

  /** Returns and clears the problems so far, and the expected ones that did not occur. */
  takeProblems(): string[] {
    const missing = this.expected.splice(0).filter(({ hasOccurred }) => !hasOccurred);
    const found = this.problems.splice(0).map(line);
    return [...found, ...missing.map(({ description }) => `did not occur: ${description}`)];
  }

  private isAt(url: string, path: string | RegExp): boolean {
    if (!url.startsWith(`${this.origin}/`)) return false;
    const { pathname } = new URL(url);
    return typeof path === "string" ? pathname === path : path.test(pathname);
  }

  private onConsole(message: ConsoleMessage): void {
    // On a busy machine a page is painted, and its font used, later than Chromium expects.
    const isLatePaint = message.text().includes("was preloaded using link preload but not used within a few seconds");
    if (message.type() === "error" || (message.type() === "warning" && !isLatePaint)) {
      this.report({ kind: "console", text: `${message.type()}: ${message.text()}`, url: message.location().url });
    }
  }

  private onException(text: string): void {
    // A test that inspects a page before its stylesheet has loaded aborts the view transition to it, and on a busy machine
    // the browser itself aborts it when the page was faster than the transition. Scripts of the page cannot: they wait for
    // the stylesheet.
    const isAborted = /ViewTransition opt-in disabled|Transition was aborted because of invalid state/.test(text);
    // A page handles the rejection of a skipped transition, but not with scripts off.
    const isSkipped = !this.hasScripts && text.includes("Transition was skipped");
    if (!isAborted && !isSkipped) this.report({ kind: "exception", text, url: "" });
  }

  private onRequest(request: Request): void {
    const url = request.url();
    if (!url.startsWith(`${this.origin}/`) && !/^(about|blob|data):/.test(url)) {
      this.report({ kind: "external", text: request.method(), url });
    }
  }

  private onResponse(response: Response): void {
    if (response.status() >= 400) {
      this.report({ kind: "status", text: `${response.status()}`, url: response.url(), status: response.status() });
    }
  }

  private onRequestFailed(request: Request): void {
    const reason = request.failure()?.errorText ?? "unknown";
    // Leaving a page cancels its pending requests. A submitted form must get a response all the same.
    const isCancelled = reason === "net::ERR_ABORTED" && request.method() === "GET";
    if (!isCancelled) this.report({ kind: "failure", text: reason, url: request.url() });
  }

  private report(problem: Problem): void {
    const expected = this.expected.find(({ matches }) => matches(problem));
    if (expected) expected.hasOccurred = true;
    else this.problems.push(problem);
  }
}

function line({ kind, text, url }: Problem): string {
  return `${kind}: ${text} ${url}`.trimEnd();
}
