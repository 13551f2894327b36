//! The rules, as functions of cargo's metadata.

use super::{Member, Verdict};

/// Crates that need a server's operating system, or must stay on a server.
const OF_A_SERVER: [&str; 18] = [
    "argon2",
    "axum",
    "event-log",
    "hyper",
    "jsonwebtoken",
    "leptos_axum",
    "libsqlite3-sys",
    "mio",
    "reqwest",
    "server",
    "service",
    "socket2",
    "sqlx",
    "sqlx-core",
    "tokio",
    "tower-http",
    "utoipa",
    "web",
];

/// The allowed dependencies of the services' runtime.
const MAY_BE_KNOWN_TO_SERVICE: [&str; 2] = ["contracts", "event-log"];

/// The rules about who depends on whom within the workspace.
pub(super) fn between_members(crates: &[Member]) -> Vec<Verdict> {
    vec![
        services_are_apart(crates),
        services_are_known_to_few(crates),
        app_knows_services_only_while_rendering(crates),
        event_log_stands_alone(crates),
        contracts_stands_alone(crates),
        service_knows_no_service(crates),
    ]
}

fn services_are_apart(crates: &[Member]) -> Verdict {
    let breaches = edges(crates)
        .filter(|(from, to)| is_service(from) && is_service(to))
        .map(say)
        .collect();
    Verdict {
        rule: "no service depends on another service",
        breaches,
    }
}

fn services_are_known_to_few(crates: &[Member]) -> Verdict {
    let may = |from: &Member| is_service(from) || from.name == "server" || from.name == "app";
    let breaches = edges(crates)
        .filter(|(from, to)| is_service(to) && !may(from))
        .map(say)
        .collect();
    Verdict {
        rule: "only server and app depend on services",
        breaches,
    }
}

fn app_knows_services_only_while_rendering(crates: &[Member]) -> Verdict {
    let app = crates.iter().filter(|member| member.name == "app");
    let services: Vec<_> = crates
        .iter()
        .filter(|member| is_service(member))
        .map(|member| &member.name)
        .collect();
    let breaches = app
        .flat_map(|app| &app.dependencies)
        .filter(|dependency| services.contains(&&dependency.name) && !dependency.is_optional)
        .map(|dependency| {
            format!(
                "app depends on {} always; make it optional, under the feature ssr",
                dependency.name
            )
        })
        .collect();
    Verdict {
        rule: "app depends on services only under ssr",
        breaches,
    }
}

fn event_log_stands_alone(crates: &[Member]) -> Verdict {
    let breaches = edges(crates)
        .filter(|(from, _)| from.name == "event-log")
        .map(say)
        .collect();
    Verdict {
        rule: "event-log depends on no other crate of the workspace",
        breaches,
    }
}

fn contracts_stands_alone(crates: &[Member]) -> Verdict {
    let breaches = edges(crates)
        .filter(|(from, _)| from.name == "contracts")
        .map(say)
        .collect();
    Verdict {
        rule: "contracts depends on no other crate of the workspace",
        breaches,
    }
}

/// The runtime of services does not depend on a particular marketplace.
fn service_knows_no_service(crates: &[Member]) -> Verdict {
    let breaches = edges(crates)
        .filter(|(from, to)| from.name == "service" && !MAY_BE_KNOWN_TO_SERVICE.contains(&to.name.as_str()))
        .map(say)
        .collect();
    Verdict {
        rule: "service depends on event-log and contracts alone",
        breaches,
    }
}

/// The rule about the dependencies of a crate in the browser, given the names of all of them.
pub(super) fn nothing_of_a_server(package: &'static str, closure: &[String], crates: &[Member]) -> Verdict {
    let rule = match package {
        "contracts" => "contracts needs nothing that cannot compile to WASM",
        _ => "the frontend holds no server code",
    };
    let is_of_a_server = |name: &String| {
        OF_A_SERVER.contains(&name.as_str())
            || crates
                .iter()
                .any(|member| is_service(member) && member.name == *name)
    };
    let breaches = closure
        .iter()
        .filter(|name| is_of_a_server(name))
        .map(|name| format!("{package} brings {name}; see `cargo tree --package {package} --target wasm32-unknown-unknown --invert {name}`"))
        .collect();
    Verdict { rule, breaches }
}

/// Every dependency of a member on another member.
fn edges(crates: &[Member]) -> impl Iterator<Item = (&Member, &Member)> {
    crates.iter().flat_map(move |from| {
        crates
            .iter()
            .filter(move |to| {
                to.name != from.name
                    && from
                        .dependencies
                        .iter()
                        .any(|dependency| dependency.name == to.name)
            })
            .map(move |to| (from, to))
    })
}

fn is_service(member: &Member) -> bool {
    member.folder.starts_with("services/")
}

fn say((from, to): (&Member, &Member)) -> String {
    format!(
        "{} depends on {}; remove it from {}/Cargo.toml",
        from.name, to.name, from.folder
    )
}

#[cfg(test)]
mod tests {
    use super::super::Dependency;
    use super::*;

    fn member(folder: &str, dependencies: &[&str]) -> Member {
        let name = folder.rsplit('/').next().unwrap_or(folder).to_owned();
        let dependencies = dependencies
            .iter()
            .map(|name| Dependency {
                name: name.trim_end_matches('?').to_owned(),
                is_optional: name.ends_with('?'),
            })
            .collect();
        Member {
            name,
            folder: folder.to_owned(),
            dependencies,
        }
    }

    fn sound() -> Vec<Member> {
        vec![
            member("app", &["contracts", "auth?", "orders?"]),
            member("crates/contracts", &["serde"]),
            member("crates/event-log", &["sqlx"]),
            member("crates/service", &["event-log", "contracts"]),
            member("crates/web", &["contracts", "event-log"]),
            member("frontend", &["app"]),
            member("server", &["app", "auth", "orders"]),
            member("services/auth", &["contracts", "event-log", "service"]),
            member("services/orders", &["contracts", "event-log"]),
        ]
    }

    /// The rules that are broken when this member replaces the sound one.
    fn broken_by(replacement: Member) -> Vec<&'static str> {
        let mut crates = sound();
        crates.retain(|member| member.name != replacement.name);
        crates.push(replacement);
        between_members(&crates)
            .iter()
            .filter(|verdict| !verdict.breaches.is_empty())
            .map(|verdict| verdict.rule)
            .collect()
    }

    #[test]
    fn a_sound_workspace_breaks_no_rule() {
        for verdict in between_members(&sound()) {
            assert!(verdict.breaches.is_empty(), "{verdict:?}");
        }
    }

    #[test]
    fn each_rule_is_broken_by_what_it_forbids() {
        assert_eq!(
            broken_by(member("services/orders", &["auth"])),
            ["no service depends on another service"]
        );
        assert_eq!(
            broken_by(member("frontend", &["auth"])),
            ["only server and app depend on services"]
        );
        assert_eq!(
            broken_by(member("app", &["orders"])),
            ["app depends on services only under ssr"]
        );
        assert_eq!(
            broken_by(member("crates/event-log", &["contracts"])),
            ["event-log depends on no other crate of the workspace"]
        );
        assert_eq!(
            broken_by(member("crates/contracts", &["event-log?"])),
            ["contracts depends on no other crate of the workspace"]
        );
        assert_eq!(
            broken_by(member("crates/service", &["event-log", "web"])),
            ["service depends on event-log and contracts alone"]
        );
    }

    #[test]
    fn what_belongs_on_a_server_is_found_in_a_closure() {
        let names = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let breaches = |closure: &str| {
            nothing_of_a_server("frontend", &names(closure), &sound())
                .breaches
                .len()
        };
        assert_eq!(breaches("app contracts leptos frontend"), 0);
        assert_eq!(breaches("app contracts leptos frontend tokio"), 1);
        assert_eq!(breaches("app auth sqlx frontend"), 2);
    }
}
