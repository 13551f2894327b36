//! Configuration from flags, environment variables and the file.

use std::time::Duration;

use auth::AuthConfig;
use orders::OrdersConfig;
use web::{SessionConfig, SigningKey};

use super::*;

fn load(arguments: &[&str]) -> Result<Config, ConfigError> {
    let matches = crate::cli::command()
        .try_get_matches_from([&["ticketing", "serve"], arguments].concat())
        .unwrap();
    Config::load(matches.subcommand_matches("serve").unwrap())
}

#[test]
fn config_loads_without_any_setting() {
    let settings = load(&[]).unwrap().settings;
    assert_eq!(settings.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(settings.hold, Duration::from_mins(15));
    assert_eq!(settings.public_origin, None);
}

/// A service that is used without a server, as in its tests, behaves as one whose server has no settings.
#[test]
fn defaults_are_those_of_the_services() {
    let settings = load(&[]).unwrap().settings;
    let orders = OrdersConfig::default();
    assert_eq!(
        (
            settings.hold,
            settings.payment_extension,
            settings.holds_per_buyer
        ),
        (orders.hold, orders.payment_extension, orders.holds_per_buyer)
    );
    assert_eq!(settings.client_rate, AuthConfig::default().client_rate);
    let sessions = SessionConfig::new(SigningKey::generate());
    assert_eq!(
        (settings.session_idle, settings.session_max),
        (sessions.idle, sessions.max)
    );
}

/// Two of them would not accept each other's sessions.
#[test]
fn servers_on_one_database_need_a_common_key() {
    let url = "postgres://ada:secret@localhost/shop";
    let error = load(&["--database", url]).unwrap_err().to_string();
    assert!(
        error.contains("TICKETING_SIGNING_KEY: required with --database"),
        "{error}"
    );
    let key = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC0=";
    let config = load(&["--database", url, "--signing-key", key]).unwrap();
    assert!(matches!(config.storage, Storage::Postgres(_)));
    assert!(!format!("{config:?}").contains("ada:secret"));
    let error = load(&["--orders-database", url]).unwrap_err().to_string();
    assert!(
        error.contains("TICKETING_DATABASE: required with --orders-database"),
        "{error}"
    );
}

#[test]
fn every_mistake_is_named_with_an_example() {
    let error = load(&[
        "--listen",
        "3000",
        "--hold",
        "soon",
        "--log-format",
        "xml",
        "--signing-key",
        "secret",
    ])
    .unwrap_err();
    let text = error.to_string();
    for part in [
        "--listen: expected an IP address and a port (given: \"3000\"). Example: --listen 0.0.0.0:8080",
        "--hold: not a valid duration",
        "--log-format: expected text or json",
        "--signing-key: ",
    ] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
    assert!(!text.contains("\"secret\""), "a key is not repeated: {text}");
}

#[test]
fn stripe_needs_its_keys_and_they_are_never_repeated() {
    let text = load(&["--payment-provider", "stripe"]).unwrap_err().to_string();
    for part in [
        "TICKETING_STRIPE_SECRET_KEY: required with --payment-provider stripe. \
         Example: TICKETING_STRIPE_SECRET_KEY=sk_live_...",
        "TICKETING_STRIPE_WEBHOOK_SECRET: required with",
    ] {
        assert!(text.contains(part), "{part:?} in {text}");
    }

    let (key, secret) = ("pk_live_0123456789", "0123456789whsec_");
    let mistaken = ["--stripe-secret-key", key, "--stripe-webhook-secret", secret];
    let text = load(&[&mistaken[..], &["--payment-provider", "stripe"]].concat())
        .unwrap_err()
        .to_string();
    assert!(text.contains("--stripe-secret-key: ") && text.contains("--stripe-webhook-secret: "));
    assert!(!text.contains(key) && !text.contains(secret), "{text}");
    assert!(!text.contains("required with"), "{text}");

    let (key, secret) = ("sk_live_0123456789", "whsec_0123456789");
    let sound = ["--stripe-secret-key", key, "--stripe-webhook-secret", secret];
    let config = load(&[&sound[..], &["--payment-provider", "stripe"]].concat()).unwrap();
    assert!(matches!(config.payment_provider, PaymentProvider::Stripe(_)));
    let shown = format!("{config:?}");
    assert!(!shown.contains(key) && !shown.contains(secret), "{shown}");
    assert!(matches!(
        load(&[]).unwrap().payment_provider,
        PaymentProvider::Test
    ));
}

#[test]
fn limits_are_numbers_and_lists() {
    let settings = load(&[]).unwrap().settings;
    assert_eq!((settings.client_rate, settings.holds_per_buyer), (300, 20));
    assert_eq!(settings.trusted_proxies, web::TrustedProxies::default());
    let none = ["--client-rate", "0", "--holds-per-buyer", "0"];
    let settings = load(&none).unwrap().settings;
    assert_eq!((settings.client_rate, settings.holds_per_buyer), (0, 0));
    let wrong = [
        ["--client-rate", "many"],
        ["--holds-per-buyer", "2.5"],
        ["--trusted-proxies", "10.0.0.0/8,proxy"],
    ];
    let text = load(&wrong.concat()).unwrap_err().to_string();
    for part in [
        "--client-rate: expected a whole number, 0 for no limit (given: \"many\"). Example: --client-rate 300",
        "--holds-per-buyer: expected a whole number",
        "--trusted-proxies: \"proxy\" is neither an IP address nor a network such as 10.0.0.0/8",
    ] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
}

#[test]
fn former_keys_are_a_list_and_never_repeated() {
    let keys = ["01", "02"].map(|byte| byte.repeat(32));
    let config = load(&["--former-signing-keys", &keys.join(", ")]).unwrap();
    let encoded = |keys: &[SigningKey]| keys.iter().map(SigningKey::encode).collect::<Vec<_>>();
    let expected = keys.each_ref().map(|key| SigningKey::parse(key).unwrap());
    assert_eq!(encoded(&config.settings.former_signing_keys), encoded(&expected));

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ticketing.toml");
    std::fs::write(
        &path,
        format!(
            "former-signing-keys = {keys:?}\ntrusted-proxies = [\"127.0.0.1\", \"::1\"]\nclient-rate = 5\n"
        ),
    )
    .unwrap();
    let config = load(&["--config", path.to_str().unwrap()]).unwrap();
    assert_eq!(encoded(&config.settings.former_signing_keys), encoded(&expected));
    assert_eq!(config.settings.client_rate, 5);
    let both = web::TrustedProxies::parse("127.0.0.1,::1").unwrap();
    assert_eq!(config.settings.trusted_proxies, both);

    let text = load(&["--former-signing-keys", &format!("{},secret", keys[0])])
        .unwrap_err()
        .to_string();
    assert!(text.contains("--former-signing-keys: "), "{text}");
    assert!(!text.contains(&keys[0]) && !text.contains("\"secret\""), "{text}");
}

#[test]
fn flags_override_the_file_and_its_errors_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ticketing.toml");
    let path_text = path.to_str().unwrap();
    std::fs::write(&path, "hold = \"10m\"\nlisten = \"127.0.0.1:4000\"\n").unwrap();
    let config = load(&["--config", path_text, "--listen", "127.0.0.1:5000"]).unwrap();
    assert_eq!(
        (config.settings.listen.port(), config.settings.hold),
        (5000, Duration::from_mins(10))
    );

    std::fs::write(&path, "hold = 10\n").unwrap();
    let text = load(&["--config", path_text]).unwrap_err().to_string();
    assert!(
        text.contains("hold in ") && text.contains("Example: hold = \"15m\""),
        "{text}"
    );

    std::fs::write(&path, "holt = \"10m\"\n").unwrap();
    let text = load(&["--config", path_text]).unwrap_err().to_string();
    assert!(
        text.contains("unknown setting \"holt\"") && text.contains("session-idle"),
        "{text}"
    );

    std::fs::write(&path, "hold = ").unwrap();
    assert!(
        load(&["--config", path_text])
            .unwrap_err()
            .to_string()
            .contains("not valid TOML")
    );
    assert!(
        load(&["--config", "/nowhere/ticketing.toml"])
            .unwrap_err()
            .to_string()
            .contains("readable TOML file")
    );
}
