//! Parts that several pages share. They are rendered on the server only.

mod badge;
mod bars;
mod empty;
mod footer;
mod header;
mod live_state;
mod message;
mod notice_bar;
mod page_links;
mod price_tag;
mod reverted_edit_note;
mod selling_nav;
mod test_cards;
mod ticket_card;

pub(crate) use badge::{Badge, BadgeKind};
pub(crate) use bars::Bars;
pub(crate) use empty::EmptyState;
pub(crate) use footer::Footer;
pub(crate) use header::Header;
pub(crate) use live_state::LiveState;
pub use message::REFRESH_AFTER;
pub(crate) use message::{BrokenMessage, BusyFormMessage, BusyMessage, NotFoundMessage, RefusedMessage};
pub(crate) use notice_bar::NoticeBar;
pub(crate) use page_links::{EndOfList, PageLinks};
pub(crate) use price_tag::PriceTag;
pub(crate) use reverted_edit_note::RevertedEditNote;
pub(crate) use selling_nav::SellingNav;
pub(crate) use test_cards::TestCards;
pub(crate) use ticket_card::TicketCard;
