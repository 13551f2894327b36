//! The ticketing server: configuration, command line, wiring, security, workers, shutdown. It contains no business rules;
//! those are in the services.

pub mod api_docs;
pub mod backup;
pub mod check;
pub mod cli;
pub mod commands;
pub mod compose;
pub mod config;
pub mod connections;
pub mod data_dir;
pub mod demo;
pub mod files;
pub mod forms;
pub mod health;
pub mod live;
pub mod marketplace;
pub mod output;
pub mod request_id;
pub mod router;
pub mod security;
pub mod serve;
pub mod signing_key;
pub mod site;
pub mod stop_signal;
pub mod telemetry;
pub mod unanswered;
pub mod wants;
