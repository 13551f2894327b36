//! The rules, as functions of what cargo reports.

use super::{Member, Verdict};

/// Which dependencies between crates of the workspace are forbidden.
struct Rule {
    /// The rule, as a sentence.
    sentence: &'static str,
    /// Whether it forbids a dependency.
    forbids: fn(&Edge<'_>) -> bool,
    /// What to do about a breach.
    advice: &'static str,
}

/// A dependency of one crate of the workspace on another.
struct Edge<'a> {
    from: &'a Member,
    to: &'a Member,
    is_optional: bool,
}

const RULES: [Rule; 7] = [
    Rule {
        sentence: "no service depends on another service",
        forbids: |edge| edge.from.is_service() && edge.to.is_service(),
        advice: "remove it",
    },
    Rule {
        sentence: "only server, app and instructions depend on services",
        forbids: |edge| {
            edge.to.is_service()
                && !edge.from.is_service()
                && !["server", "app", "instructions"].contains(&edge.from.name())
        },
        advice: "remove it",
    },
    Rule {
        sentence: "app depends on services only under ssr",
        forbids: |edge| edge.from.name() == "app" && edge.to.is_service() && !edge.is_optional,
        advice: "make it optional and enable it by the feature ssr",
    },
    Rule {
        // Its tests start a server of PostgreSQL.
        sentence: "event-log depends on postgres-cluster alone",
        forbids: |edge| edge.from.name() == "event-log" && edge.to.name() != "postgres-cluster",
        advice: "remove it",
    },
    Rule {
        sentence: "contracts depends on no other crate of the workspace",
        forbids: |edge| edge.from.name() == "contracts",
        advice: "remove it",
    },
    Rule {
        // The runtime of services is the same for any marketplace.
        sentence: "service depends on event-log and contracts alone",
        forbids: |edge| {
            edge.from.name() == "service" && !["event-log", "contracts"].contains(&edge.to.name())
        },
        advice: "remove it",
    },
    Rule {
        // It is compiled first on a fresh machine.
        sentence: "xtask-setup depends on no other crate of the workspace",
        forbids: |edge| edge.from.name() == "xtask-setup",
        advice: "remove it",
    },
];

/// The crates that must compile to WASM without server code, and the rule of each as a sentence.
pub(super) const BROWSER_RULES: [(&str, &str); 2] = [
    ("contracts", "contracts needs nothing that cannot compile to WASM"),
    ("frontend", "the frontend has no server code"),
];

/// Crates that need a server's operating system, or belong on a server only.
const SERVER_ONLY: [&str; 18] = [
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

/// Checks the dependencies between the crates of the workspace.
pub(super) fn check_members(members: &[Member]) -> Vec<Verdict> {
    let edges = edges(members);
    RULES
        .iter()
        .map(|rule| Verdict {
            rule: rule.sentence,
            breaches: edges
                .iter()
                .filter(|edge| (rule.forbids)(edge))
                .map(|edge| describe(edge, rule.advice))
                .collect(),
        })
        .collect()
}

/// Checks everything that is compiled into a crate for WASM: `closure` has the names.
pub(super) fn check_closure(
    rule: &'static str,
    package: &str,
    closure: &[String],
    members: &[Member],
) -> Verdict {
    let is_server_only = |name: &str| {
        SERVER_ONLY.contains(&name)
            || members
                .iter()
                .any(|member| member.is_service() && member.name() == name)
    };
    let breaches = closure
        .iter()
        .filter(|name| is_server_only(name))
        .map(|name| {
            format!(
                "{package} includes {name}; see `cargo tree --package {package} --target wasm32-unknown-unknown \
                 --invert {name}`"
            )
        })
        .collect();
    Verdict { rule, breaches }
}

fn edges(members: &[Member]) -> Vec<Edge<'_>> {
    let edges_from = |from| {
        members.iter().filter_map(move |to: &Member| {
            Member::dependency(from, to.name()).map(|dependency| Edge {
                from,
                to,
                is_optional: dependency.is_optional,
            })
        })
    };
    members
        .iter()
        .flat_map(edges_from)
        .filter(|edge| edge.from != edge.to)
        .collect()
}

fn describe(edge: &Edge<'_>, advice: &str) -> String {
    format!(
        "{} depends on {}; {advice} in {}/Cargo.toml",
        edge.from.name(),
        edge.to.name(),
        edge.from.folder()
    )
}

#[cfg(test)]
mod tests {
    use super::super::Dependency;
    use super::*;

    fn member(folder: &str, dependencies: &[&str]) -> Member {
        let name = match folder {
            "xtask/setup" => "xtask-setup",
            _ => folder.rsplit('/').next().unwrap_or(folder),
        };
        let dependencies = dependencies
            .iter()
            .map(|name| Dependency {
                name: name.trim_end_matches('?').to_owned(),
                is_optional: name.ends_with('?'),
            })
            .collect();
        Member {
            name: name.to_owned(),
            folder: folder.to_owned(),
            dependencies,
        }
    }

    fn valid() -> Vec<Member> {
        vec![
            member("app", &["contracts", "auth?", "orders?"]),
            member("crates/contracts", &["serde"]),
            member("crates/event-log", &["sqlx", "postgres-cluster"]),
            member("crates/service", &["event-log", "contracts"]),
            member("crates/web", &["contracts", "event-log"]),
            member("frontend", &["app"]),
            member("server", &["app", "auth", "orders"]),
            member("services/auth", &["contracts", "event-log", "service"]),
            member("services/orders", &["contracts", "event-log"]),
            member("xtask", &["contracts", "xtask-setup"]),
            member("xtask/setup", &["anyhow"]),
        ]
    }

    /// The rules that are broken when this member replaces the one of the same name.
    fn broken_by(replacement: Member) -> Vec<&'static str> {
        let mut crates = valid();
        crates.retain(|member| member.name != replacement.name);
        crates.push(replacement);
        check_members(&crates)
            .iter()
            .filter(|verdict| !verdict.breaches.is_empty())
            .map(|verdict| verdict.rule)
            .collect()
    }

    #[test]
    fn valid_workspace_breaks_no_rule() {
        for verdict in check_members(&valid()) {
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
            ["only server, app and instructions depend on services"]
        );
        assert_eq!(
            broken_by(member("app", &["orders"])),
            ["app depends on services only under ssr"]
        );
        assert_eq!(
            broken_by(member("crates/event-log", &["contracts"])),
            ["event-log depends on postgres-cluster alone"]
        );
        assert_eq!(
            broken_by(member("crates/contracts", &["event-log?"])),
            ["contracts depends on no other crate of the workspace"]
        );
        assert_eq!(
            broken_by(member("crates/service", &["event-log", "web"])),
            ["service depends on event-log and contracts alone"]
        );
        assert_eq!(
            broken_by(member("xtask/setup", &["contracts"])),
            ["xtask-setup depends on no other crate of the workspace"]
        );
    }

    #[test]
    fn breach_says_what_to_change() {
        let mut members = valid();
        members.retain(|member| member.name != "app");
        members.push(member("app", &["orders"]));
        let breaches: Vec<_> = check_members(&members)
            .into_iter()
            .flat_map(|verdict| verdict.breaches)
            .collect();
        assert_eq!(
            breaches,
            ["app depends on orders; make it optional and enable it by the feature ssr in app/Cargo.toml"]
        );
    }

    #[test]
    fn server_code_is_found_in_a_closure() {
        let names = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let breaches = |closure: &str| {
            check_closure("", "frontend", &names(closure), &valid())
                .breaches
                .len()
        };
        assert_eq!(breaches("app contracts leptos frontend"), 0);
        assert_eq!(breaches("app contracts leptos frontend tokio"), 1);
        assert_eq!(breaches("app auth sqlx frontend"), 2);
    }
}
