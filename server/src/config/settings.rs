//! All settings. Each table entry defines everything about one: flag, environment variable, file key, help, default and value.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::http::Uri;
use payments::provider::{SecretKey, WebhookSecret};
use web::{SigningKey, TrustedProxies};

use super::parse::{self, MAX_HOLD, MIN_HOLD, MIN_IDLE, YEAR};
use super::payment_provider::{self, ProviderName};
use super::reader::Reader;
use super::setting::{NeededWith, Setting, settings};
use super::{DatabaseUrl, LogFormat, WebOrigin};

settings! {
    /// Address and port to listen on; port 0 picks a free one.
    listen: SocketAddr = "127.0.0.1:3000" {
        parse: parse::listen,
        value_name: "ADDRESS:PORT",
        example: "0.0.0.0:8080",
    }

    /// Directory for the databases and the signing key; created if missing.
    data_dir: PathBuf = "data" {
        parse: parse::path,
        value_name: "DIR",
        example: "/var/lib/ticketing",
    }

    /// PostgreSQL database for all services, each in a schema of its own, instead of files in the data directory. Any number of
    /// servers may use the same one. Prefer the environment variable or the file for a URL with a password.
    database: Option<DatabaseUrl> {
        parse: DatabaseUrl::parse,
        value_name: "URL",
        example: "postgres://ticketing@db.example.com/ticketing?sslmode=verify-full",
        is_secret: true,
    }

    /// PostgreSQL database of the auth service, if it has one of its own.
    auth_database: Option<DatabaseUrl> {
        parse: DatabaseUrl::parse,
        value_name: "URL",
        example: "postgres://ticketing_auth@db.example.com/ticketing_auth",
        is_secret: true,
    }

    /// PostgreSQL database of the tickets service, if it has one of its own.
    tickets_database: Option<DatabaseUrl> {
        parse: DatabaseUrl::parse,
        value_name: "URL",
        example: "postgres://ticketing_tickets@db.example.com/ticketing_tickets",
        is_secret: true,
    }

    /// PostgreSQL database of the orders service, if it has one of its own.
    orders_database: Option<DatabaseUrl> {
        parse: DatabaseUrl::parse,
        value_name: "URL",
        example: "postgres://ticketing_orders@db.example.com/ticketing_orders",
        is_secret: true,
    }

    /// PostgreSQL database of the payments service, if it has one of its own.
    payments_database: Option<DatabaseUrl> {
        parse: DatabaseUrl::parse,
        value_name: "URL",
        example: "postgres://ticketing_payments@db.example.com/ticketing_payments",
        is_secret: true,
    }

    /// Connections to PostgreSQL that each service of this server keeps for the reads of requests. Each service has four more.
    database_readers: u32 = "2" {
        parse: parse::positive,
        value_name: "NUMBER",
        example: "4",
    }

    /// Public origin of the site, if it is behind a proxy; https makes cookies Secure. Without it, the Host
    /// header of a request is trusted.
    public_origin: Option<WebOrigin> {
        parse: WebOrigin::parse,
        value_name: "ORIGIN",
        example: "https://tickets.example.com",
    }

    /// How long a reservation lasts.
    hold: Duration = "15m" {
        parse: parse::duration(MIN_HOLD..=MAX_HOLD),
        value_name: "DURATION",
        example: "15m",
    }

    /// How much longer a reservation lasts when its buyer starts to pay; applied once.
    payment_extension: Duration = "10m" {
        parse: parse::duration(Duration::ZERO..=MAX_HOLD),
        value_name: "DURATION",
        example: "10m",
    }

    /// Whether expired orders are closed, and their tickets published as available, as soon as they expire. Sales don't depend on
    /// it: an expired reservation never blocks a ticket.
    expiry_worker: bool = "on" {
        parse: parse::switch,
        value_name: "on|off",
        example: "off",
    }

    /// How long a payment with the test provider's delayed card takes.
    test_payment_delay: Duration = "5s" {
        parse: parse::duration(Duration::ZERO..=MAX_HOLD),
        value_name: "DURATION",
        example: "5s",
    }

    /// Payment provider: test charges nothing and accepts test cards, stripe needs account keys.
    payment_provider: ProviderName = "test" {
        parse: parse::one_of,
        value_name: "PROVIDER",
        example: "stripe",
    }

    /// Secret or restricted key of the Stripe account. Prefer the environment variable or the file: other users of the machine
    /// can see command-line flags.
    stripe_secret_key: Option<SecretKey> {
        parse: SecretKey::parse,
        value_name: "KEY",
        example: "sk_live_...",
        is_secret: true,
        needed_with: payment_provider = "stripe",
    }

    /// Signing secret of the Stripe webhook for /api/payments/webhook. Prefer the environment variable or the file.
    stripe_webhook_secret: Option<WebhookSecret> {
        parse: WebhookSecret::parse,
        value_name: "SECRET",
        example: "whsec_...",
        is_secret: true,
        needed_with: payment_provider = "stripe",
    }

    /// Base URL of the Stripe API.
    stripe_api_base: Uri = "https://api.stripe.com" {
        parse: payment_provider::parse_api_base,
        value_name: "ORIGIN",
        example: "https://api.stripe.com",
    }

    /// How long an idle session lasts; every use renews it.
    session_idle: Duration = "1h" {
        parse: parse::duration(MIN_IDLE..=YEAR),
        value_name: "DURATION",
        example: "30m",
    }

    /// Maximum lifetime of a session, however much it is used.
    session_max: Duration = "30d" {
        parse: parse::duration(MIN_IDLE..=YEAR),
        value_name: "DURATION",
        example: "7d",
    }

    /// Key that signs session tokens, 32 bytes or more in base64. Without it, one is generated and kept in the data directory; with
    /// a PostgreSQL database it is required, and the same for all servers.
    /// Prefer the environment variable or the file: other users of the machine can see command-line flags.
    signing_key: Option<SigningKey> {
        parse: SigningKey::parse,
        value_name: "BASE64",
        example: "$(openssl rand -base64 32)",
        is_secret: true,
    }

    /// Previous signing keys, separated by commas: their sessions and saved replies stay valid. Keys in the file
    /// former-signing-keys in the data directory, one per line, are also accepted. Prefer the environment variable or the file.
    former_signing_keys: Vec<SigningKey> {
        parse: parse::keys,
        value_name: "KEYS",
        example: "BASE64,BASE64",
        is_secret: true,
    }

    /// Sign-in and sign-up attempts per minute per client address, an IPv6 /64 counting as one address; 0 for no limit.
    client_rate: u32 = "300" {
        parse: parse::number,
        value_name: "NUMBER",
        example: "300",
    }

    /// Addresses and networks of the proxies whose X-Forwarded-For is trusted, separated by commas. Without it, the
    /// connecting peer is the client.
    trusted_proxies: TrustedProxies {
        parse: TrustedProxies::parse,
        value_name: "ADDRESSES",
        example: "127.0.0.1,10.0.0.0/8",
    }

    /// Unpaid orders that one buyer may have at a time; 0 disables both this limit and the pause for buyers whose reservations
    /// keep expiring.
    holds_per_buyer: u32 = "20" {
        parse: parse::number,
        value_name: "NUMBER",
        example: "20",
    }

    /// Log filter, in the syntax of tracing's filters: a level, or levels per module.
    log: String = "info" {
        parse: parse::filter,
        value_name: "FILTER",
        example: "info,event_log=debug",
    }

    /// Log format: text for people, json for machines.
    log_format: LogFormat = "text" {
        parse: parse::one_of,
        value_name: "FORMAT",
        example: "json",
    }

    /// Address and port to serve metrics for Prometheus on, at /metrics; off by default. Anyone who can reach it can read them,
    /// so use loopback or a private network.
    metrics_listen: Option<SocketAddr> {
        parse: parse::listen,
        value_name: "ADDRESS:PORT",
        example: "127.0.0.1:9464",
    }
}
