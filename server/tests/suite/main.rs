//! Tests of the whole server, as one binary: it takes long to link.
#![expect(
    unreachable_pub,
    reason = "items shared by the modules of a test are public to each other only"
)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its set-up too"
)]

mod api_document;
mod backup;
mod binary_alone;
mod check;
mod check_command;
mod check_damaged;
mod check_under_load;
mod clean_stop;
mod client_rate;
mod command_line;
mod compose;
mod connections;
mod copy;
mod crash_under_load;
mod data_folder;
mod dead_letters;
mod disputes;
mod double_submit;
mod draining;
mod ended_sessions;
mod expiry_is_a_predicate;
mod files;
mod forms;
mod full_disk;
mod guarantees;
mod hashing_memory;
mod health;
mod histories;
mod hostile_input;
mod hostile_paths;
mod kill;
mod live_feed;
mod log;
mod malformed_requests;
mod metrics;
mod notices;
mod offers;
mod one_ticket_many_buyers;
mod output;
mod overload;
mod paying;
mod postgres;
mod price_input;
mod processes;
mod query_plans;
mod ready_page;
mod replication;
mod request_ids;
mod responses_stay_apart;
mod rotation;
mod snapshot_consistency;
mod stripe_provider;
mod support;
mod unusable_backups;
mod upgrade;
