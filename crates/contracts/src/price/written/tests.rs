use super::*;
use proptest::prelude::*;

#[test]
fn unambiguous_prices_are_accepted() {
    let table = [
        ("20", 2_000),
        (" 4.35 ", 435),
        ("12,50", 1_250),
        ("12,5", 1_250),
        ("0,29", 29),
        (".5", 50),
        (",5", 50),
        ("5.", 500),
        ("007.50", 750),
        ("$20", 2_000),
        ("$ 20.50", 2_050),
        ("20 $", 2_000),
        ("20$", 2_000),
        ("USD 20", 2_000),
        ("20,50 usd", 2_050),
        ("US$20", 2_000),
        ("$20 USD", 2_000),
        ("1,000", 100_000),
        ("1,000.00", 100_000),
        ("1.000,00", 100_000),
        ("1,000.5", 100_050),
        ("12,345", 1_234_500),
        ("123,456.78", 12_345_678),
        ("123.456,78", 12_345_678),
        ("1 000", 100_000),
        ("1 000.00", 100_000),
        ("1\u{a0}000,00", 100_000),
        ("1\u{202f}000,00", 100_000),
        ("1'000.00", 100_000),
        ("1\u{2019}000", 100_000),
        ("20,-", 2_000),
        ("１２．５０", 1_250),
        ("＄２０", 2_000),
        ("999,999.99", 99_999_999),
    ];
    for (text, cents) in table {
        assert_eq!(
            Price::parse_written(text).map(Price::cents),
            Ok(cents),
            "{text:?}"
        );
    }
}

#[test]
fn malformed_prices_report_the_reason() {
    use ErrorCode::{PriceTooHigh, PriceTooLow, PriceTooPrecise, PriceUnreadable};
    let table = [
        ("", PriceUnreadable),
        (" ", PriceUnreadable),
        ("free", PriceUnreadable),
        ("$", PriceUnreadable),
        (".", PriceUnreadable),
        ("-", PriceUnreadable),
        ("1e2", PriceUnreadable),
        ("0x10", PriceUnreadable),
        ("NaN", PriceUnreadable),
        ("€20", PriceUnreadable),
        ("$$20", PriceUnreadable),
        ("1.2.3", PriceUnreadable),
        ("1,00,000", PriceUnreadable),
        ("12 50", PriceUnreadable),
        ("1 2", PriceUnreadable),
        ("1,000 000", PriceUnreadable),
        ("1.000,00,0", PriceUnreadable),
        ("20 or 30", PriceUnreadable),
        ("0", PriceTooLow),
        ("0,00", PriceTooLow),
        ("$0", PriceTooLow),
        ("-5", PriceTooLow),
        ("-$5", PriceTooLow),
        ("$-5", PriceTooLow),
        ("\u{2212}5", PriceTooLow),
        // A thousand to one reader and a dollar to the other.
        ("1.000", PriceTooPrecise),
        ("4.355", PriceTooPrecise),
        ("0,500", PriceTooPrecise),
        ("1234,567", PriceTooPrecise),
        ("1,000.001", PriceTooPrecise),
        ("1000000", PriceTooHigh),
        ("1,000,000", PriceTooHigh),
        ("1.000.000", PriceTooHigh),
        ("99999999999999999999", PriceTooHigh),
    ];
    for (text, code) in table {
        assert_eq!(Price::parse_written(text), Err(code), "{text:?}");
    }
    let messages = [PriceUnreadable, PriceTooLow, PriceTooPrecise].map(ErrorCode::message);
    assert!(messages[0] != messages[1] && messages[1] != messages[2] && messages[0] != messages[2]);
}

proptest! {
    #[test]
    fn price_means_the_same_in_every_form(cents in 1..=Price::MAX.cents()) {
        let (whole, rest) = (cents / 100, cents % 100);
        let grouped = |by: &str| match whole {
            0..1_000 => whole.to_string(),
            _ => format!("{}{by}{:03}", whole / 1_000, whole % 1_000),
        };
        let forms = [
            format!("{whole}.{rest:02}"),
            format!("{whole},{rest:02}"),
            format!("${}.{rest:02}", grouped(",")),
            format!("{},{rest:02}", grouped(".")),
            format!("{}.{rest:02}", grouped(" ")),
            format!("{},{rest:02} USD", grouped("\u{202f}")),
        ];
        for form in forms {
            prop_assert_eq!(Price::parse_written(&form).map(Price::cents), Ok(cents), "{}", form);
        }
    }

    #[test]
    fn json_numbers_parse_as_typed_prices(text in "[0-9]{1,7}([.][0-9]{1,2})?") {
        prop_assert_eq!(Price::parse_written(&text), Price::parse(&text));
    }

    #[test]
    fn no_text_panics(text in ".*") {
        let _ = Price::parse_written(&text);
    }
}
