//! The query of the landing page.

use ::tickets::{Cursor, OnSaleQuery, Sort};
use leptos_router::params::ParamsMap;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::pages::paging::PAGE_SIZE;
use crate::paths;

/// A search, a sort order and a cursor. Invalid parameters are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Query {
    /// The search text.
    pub(super) search: Option<String>,
    /// The sort order.
    pub(super) sort: Sort,
    /// The cursor.
    pub(super) after: Option<Cursor>,
}

/// The name of a sort order in addresses.
pub(super) fn name(sort: Sort) -> &'static str {
    match sort {
        Sort::Oldest => "oldest",
        Sort::Newest => "newest",
        Sort::PriceLowest => "price-lowest",
        Sort::PriceHighest => "price-highest",
    }
}

impl Query {
    /// Parses the parameters of an address.
    pub(super) fn read(params: &ParamsMap) -> Self {
        let search = params.get_str("q").map(str::trim).filter(|text| !text.is_empty());
        let sort = params.get_str("sort").unwrap_or_default();
        let sort = Sort::ALL.into_iter().find(|known| name(*known) == sort);
        Self {
            search: search.map(ToOwned::to_owned),
            sort: sort.unwrap_or_default(),
            after: params.get_str("after").and_then(|text| text.parse().ok()),
        }
    }

    /// The query for the tickets service.
    pub(super) fn to_service(&self) -> OnSaleQuery {
        OnSaleQuery {
            search: self.search.clone(),
            sort: self.sort,
            after: self.after,
            limit: PAGE_SIZE,
        }
    }

    /// The order of the list, if this is the first page of all tickets on sale.
    pub(super) fn whole_list(&self) -> Option<Sort> {
        (self.search.is_none() && self.after.is_none()).then_some(self.sort)
    }

    /// The address of the first page.
    pub(super) fn first_page(&self) -> String {
        address(&self.parameters())
    }

    /// The address of the page after a cursor.
    pub(super) fn page_after(&self, cursor: Cursor) -> String {
        let mut parameters = self.parameters();
        parameters.push(("after", cursor.to_string()));
        address(&parameters)
    }

    fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut parameters = Vec::new();
        if let Some(search) = &self.search {
            parameters.push(("q", search.clone()));
        }
        if self.sort != Sort::default() {
            parameters.push(("sort", name(self.sort).to_owned()));
        }
        parameters
    }
}

fn address(parameters: &[(&str, String)]) -> String {
    let pairs = parameters.iter().map(|(name, value)| {
        let value = utf8_percent_encode(value, NON_ALPHANUMERIC);
        format!("{name}={value}")
    });
    let pairs: Vec<String> = pairs.collect();
    if pairs.is_empty() {
        paths::ON_SALE.to_owned()
    } else {
        format!("{}?{}", paths::ON_SALE, pairs.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(pairs: &[(&'static str, &str)]) -> ParamsMap {
        let mut params = ParamsMap::new();
        for (name, value) in pairs {
            params.insert(*name, (*value).to_owned());
        }
        params
    }

    #[test]
    fn address_encodes_the_query() {
        let query = Query::read(&params(&[("q", " R&B é "), ("sort", "price-lowest")]));
        assert_eq!(query.search.as_deref(), Some("R&B é"));
        assert_eq!(query.sort, Sort::PriceLowest);
        assert_eq!(query.first_page(), "/?q=R%26B%20%C3%A9&sort=price%2Dlowest");
        let cursor: Cursor = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
        let next = Query::default().page_after(cursor);
        assert_eq!(next, "/?after=01890a5d%2Dac96%2D774b%2Dbcce%2Db302099a8057");
    }

    #[test]
    fn unreadable_parameters_are_ignored() {
        let query = Query::read(&params(&[("q", "  "), ("sort", "random"), ("after", "x")]));
        assert_eq!(query, Query::default());
        assert_eq!(query.first_page(), "/");
    }

    #[test]
    fn every_order_has_a_name_of_its_own() {
        for sort in Sort::ALL {
            assert_eq!(Query::read(&params(&[("sort", name(sort))])).sort, sort);
        }
    }
}
