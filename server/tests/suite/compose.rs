//! The list of services is complete, and everything follows from it.

use std::collections::BTreeSet;
use std::path::Path;

use server::compose::SERVICES;
use service::relay_endpoints;

use crate::support::TestServer;

/// The names of the directories in a directory of the repository.
fn folders(path: &str) -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    let entries = root.read_dir().unwrap().map(Result::unwrap);
    let folders = entries.filter(|entry| entry.path().is_dir());
    folders
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect()
}

fn listed() -> BTreeSet<String> {
    SERVICES.iter().map(|service| service.name.to_owned()).collect()
}

#[test]
fn every_service_of_the_workspace_is_listed() {
    let missing: Vec<_> = folders("services").difference(&listed()).cloned().collect();
    assert!(missing.is_empty(), "not in server/src/compose.rs: {missing:?}");
    let mut databases = folders("migrations");
    assert!(databases.remove("event-log"), "every database has its tables");
    assert_eq!(databases, listed(), "every service with tables is listed");
}

#[test]
fn every_source_is_listed_and_every_log_is_consumed() {
    for service in SERVICES {
        for source in service.sources() {
            assert!(listed().contains(source), "{} consumes {source}", service.name);
        }
    }
    let consumed: BTreeSet<_> = relay_endpoints(&SERVICES)
        .iter()
        .map(|endpoints| endpoints.source.name.to_owned())
        .collect();
    // Otherwise an outdated file would go undetected.
    assert_eq!(consumed, listed());
}

#[tokio::test]
async fn every_listed_service_runs_with_all_that_it_consumes() {
    let server = TestServer::start().await;
    let runtime = &server.marketplace.runtime;
    let running: Vec<_> = runtime.sources().map(|source| source.name()).collect();
    let listed: Vec<_> = SERVICES.iter().map(|service| service.name).collect();
    assert_eq!(running, listed);
    let reports = runtime.relay_reports().await;
    let endpoints: Vec<_> = reports
        .iter()
        .map(|report| (report.source, report.consumer))
        .collect();
    let described: Vec<_> = relay_endpoints(&SERVICES)
        .iter()
        .map(|endpoints| (endpoints.source.name, endpoints.consumer.name))
        .collect();
    assert_eq!(endpoints, described);
    server.finish().await;
}
