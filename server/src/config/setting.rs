//! The settings there are. One table makes the flags, the variables, the keys of the file, and all of `--help`.

/// One setting: `--key`, `TICKETING_KEY` and `key = "…"` in the file are three ways to say the same.
#[derive(Debug)]
pub struct Setting {
    /// Its name, in kebab-case.
    pub key: &'static str,
    /// What stands for its value in the help.
    pub value_name: &'static str,
    /// What it does.
    pub help: &'static str,
    /// What holds when nothing is said.
    pub default: Option<&'static str>,
    /// A value that is accepted, for error messages.
    pub example: &'static str,
}

impl Setting {
    /// The environment variable of the setting.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("TICKETING_{}", self.key.to_uppercase().replace('-', "_"))
    }
}

/// Where to listen.
pub const LISTEN: Setting = Setting {
    key: "listen",
    value_name: "ADDRESS:PORT",
    help: "Address and port to listen on; port 0 picks a free one",
    default: Some("127.0.0.1:3000"),
    example: "0.0.0.0:8080",
};

/// Where the databases and the signing key are kept.
pub const DATA_DIR: Setting = Setting {
    key: "data-dir",
    value_name: "DIR",
    help: "Folder for the databases and the signing key; created if missing",
    default: Some("data"),
    example: "/var/lib/ticketing",
};

/// The origin under which browsers see the site.
pub const PUBLIC_ORIGIN: Setting = Setting {
    key: "public-origin",
    value_name: "ORIGIN",
    help: "Origin at which browsers reach the site, when it is behind a proxy; https makes cookies Secure. \
           Without it, the Host header of a request is trusted",
    default: None,
    example: "https://tickets.example.com",
};

/// How long a reservation holds its ticket.
pub const HOLD: Setting = Setting {
    key: "hold",
    value_name: "DURATION",
    help: "How long a reservation lasts",
    default: Some("15m"),
    example: "15m",
};

/// By how much the hold of a ticket becomes longer when its buyer starts to pay.
pub const PAYMENT_EXTENSION: Setting = Setting {
    key: "payment-extension",
    value_name: "DURATION",
    help: "How much longer a reservation lasts when its buyer starts to pay; applied once",
    default: Some("10m"),
    example: "10m",
};

/// Whether orders are closed as their time runs out.
pub const EXPIRY_WORKER: Setting = Setting {
    key: "expiry-worker",
    value_name: "on|off",
    help: "Whether expired orders are closed, and their tickets published as free, as soon as they expire. Sales don't depend \
           on it: an expired reservation never blocks a ticket",
    default: Some("on"),
    example: "off",
};

/// How long the test provider takes for a delayed payment.
pub const TEST_PAYMENT_DELAY: Setting = Setting {
    key: "test-payment-delay",
    value_name: "DURATION",
    help: "How long a payment with the test provider's delayed card takes",
    default: Some("5s"),
    example: "5s",
};

/// Who moves the money.
pub const PAYMENT_PROVIDER: Setting = Setting {
    key: "payment-provider",
    value_name: "PROVIDER",
    help: "Payment provider: test charges nothing and accepts test cards, stripe needs the keys of an account",
    default: Some("test"),
    example: "stripe",
};

/// The key of the Stripe account.
pub const STRIPE_SECRET_KEY: Setting = Setting {
    key: "stripe-secret-key",
    value_name: "KEY",
    help: "Secret or restricted key of the Stripe account. Prefer the environment variable or the file: other users of the machine can see flags",
    default: None,
    example: "sk_live_...",
};

/// The secret that Stripe signs its messages with.
pub const STRIPE_WEBHOOK_SECRET: Setting = Setting {
    key: "stripe-webhook-secret",
    value_name: "SECRET",
    help: "Signing secret of the Stripe webhook for /api/payments/webhook. Prefer the environment variable or the file",
    default: None,
    example: "whsec_...",
};

/// Where Stripe's API is.
pub const STRIPE_API_BASE: Setting = Setting {
    key: "stripe-api-base",
    value_name: "ORIGIN",
    help: "Origin of Stripe's API",
    default: Some("https://api.stripe.com"),
    example: "https://api.stripe.com",
};

/// How long a session lives without being used.
pub const SESSION_IDLE: Setting = Setting {
    key: "session-idle",
    value_name: "DURATION",
    help: "How long a session lasts without use; using it renews it",
    default: Some("1h"),
    example: "30m",
};

/// How long a session lives at most.
pub const SESSION_MAX: Setting = Setting {
    key: "session-max",
    value_name: "DURATION",
    help: "How long a session lasts at most, however much it is used",
    default: Some("30d"),
    example: "7d",
};

/// The key that signs session tokens.
pub const SIGNING_KEY: Setting = Setting {
    key: "signing-key",
    value_name: "BASE64",
    help: "Key that signs session tokens, 32 bytes or more in base64. Without it, one is generated and kept in the data folder. \
           Prefer the environment variable or the file: other users of the machine can see flags",
    default: None,
    example: "$(openssl rand -base64 32)",
};

/// The keys that signed before.
pub const FORMER_SIGNING_KEYS: Setting = Setting {
    key: "former-signing-keys",
    value_name: "KEYS",
    help: "Previous signing keys, separated by commas: their sessions and saved replies stay valid. Keys in the file \
           former-signing-keys of the data folder, one per line, are accepted as well. Prefer the environment variable or the file",
    default: None,
    example: "BASE64,BASE64",
};

/// How often one client may try to sign in or up.
pub const CLIENT_RATE: Setting = Setting {
    key: "client-rate",
    value_name: "NUMBER",
    help: "Sign-in and sign-up attempts per minute and client address, an IPv6 /64 counting as one address; 0 for no limit",
    default: Some("300"),
    example: "300",
};

/// The proxies that are believed about where a request comes from.
pub const TRUSTED_PROXIES: Setting = Setting {
    key: "trusted-proxies",
    value_name: "ADDRESSES",
    help: "Addresses and networks of the proxies whose X-Forwarded-For is trusted, separated by commas. Without it, the \
           client is whoever connects",
    default: None,
    example: "127.0.0.1,10.0.0.0/8",
};

/// How many unpaid orders one buyer may have.
pub const HOLDS_PER_BUYER: Setting = Setting {
    key: "holds-per-buyer",
    value_name: "NUMBER",
    help: "Unpaid orders that one buyer may have at a time; 0 for no limit, and no pause for buyers whose reservations keep \
           expiring",
    default: Some("20"),
    example: "20",
};

/// What is logged.
pub const LOG: Setting = Setting {
    key: "log",
    value_name: "FILTER",
    help: "Log filter, as for tracing: a level, or levels per module",
    default: Some("info"),
    example: "info,event_log=debug",
};

/// How it is logged.
pub const LOG_FORMAT: Setting = Setting {
    key: "log-format",
    value_name: "FORMAT",
    help: "Log format: text for people, json for machines",
    default: Some("text"),
    example: "json",
};

/// Where metrics are served.
pub const METRICS_LISTEN: Setting = Setting {
    key: "metrics-listen",
    value_name: "ADDRESS:PORT",
    help: "Address and port to serve metrics for Prometheus on, at /metrics; off by default. Whoever reaches it can read them, so use \
           loopback or a private network",
    default: None,
    example: "127.0.0.1:9464",
};

/// Settings whose values are never repeated.
pub const SECRETS: [&Setting; 4] = [
    &SIGNING_KEY,
    &FORMER_SIGNING_KEYS,
    &STRIPE_SECRET_KEY,
    &STRIPE_WEBHOOK_SECRET,
];

/// Every setting, in the order of the help.
pub const ALL: [&Setting; 21] = [
    &LISTEN,
    &DATA_DIR,
    &PUBLIC_ORIGIN,
    &HOLD,
    &PAYMENT_EXTENSION,
    &EXPIRY_WORKER,
    &TEST_PAYMENT_DELAY,
    &PAYMENT_PROVIDER,
    &STRIPE_SECRET_KEY,
    &STRIPE_WEBHOOK_SECRET,
    &STRIPE_API_BASE,
    &SESSION_IDLE,
    &SESSION_MAX,
    &SIGNING_KEY,
    &FORMER_SIGNING_KEYS,
    &CLIENT_RATE,
    &TRUSTED_PROXIES,
    &HOLDS_PER_BUYER,
    &LOG,
    &LOG_FORMAT,
    &METRICS_LISTEN,
];
