//! Loads the order of a page.

use ::orders::OrderDetails;
use contracts::OrderId;
use web::Session;

use super::load::{PageError, id, signed_in};
use crate::context::{self, Services};

/// The order in the path of the page, if it is the user's own.
pub(super) async fn current_user_order() -> Result<(Services, Session, OrderDetails), PageError> {
    let id = id(|text| OrderId::parse(text).ok())?;
    let services = context::services()?;
    let session = signed_in()?;
    let order = services.orders.find(session.user.id, id).await?;
    Ok((services, session, order))
}
