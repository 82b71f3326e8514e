use orders::{
    Language, MailKind, Order, Storefront,
    services::mail::{OrderNotice, PasswordNotice},
};
use serde_json::{Value, json};

use super::*;
use crate::{Shop, fixtures};

const KINDS: [MailKind; 5] = [
    MailKind::Received,
    MailKind::Confirmed,
    MailKind::Shipped,
    MailKind::Cancelled,
    MailKind::Refunded,
];
const LINK: &str = "https://shop.example.com/order/1?token=secret";

/// An order with everything that letters speak of.
fn order(changes: Value) -> Order {
    let mut order = json!({
        "customer": {"name": "Ada Lovelace", "email": "ada@example.com"},
        "explanation": [
            {"kind": "items", "label": "Brass pen", "amount_minor": 4200, "rule": "1 × $42.00"},
            {"kind": "tax", "label": "Tax 10 %", "amount_minor": 420, "rule": "10 % of $42.00"},
        ],
        "shipping_address": {"name": "Ada Lovelace", "street": "1 Byron Row", "city": "London", "postal_code": "N1 1AA", "country": "GB"},
        "shipping_method": {"code": "post", "name": "Post", "days_least": 2, "days_most": 4},
        "shipments": [{
            "id": "01a1fc07-40a4-7735-be73-6542d9362cdc", "carrier": "DHL", "tracking_number": "JD0146",
            "tracking_url": "https://dhl.example/JD0146", "estimated_delivery": "2026-11-24T12:00:00Z",
            "items": [{"line": 1, "quantity": 1}], "shipped_at": "2026-11-21T09:00:00Z",
        }],
        "refunds": [{
            "id": "01a1fc07-40a4-7735-be73-6542d9362cdd", "payment_id": "01a1fc07-40a4-7735-be73-6542d9362cdb",
            "amount_minor": 1100, "tax_minor": 100, "status": "succeeded", "reason": "A scratch",
            "items": [{"line": 1, "quantity": 1, "amount_minor": 1100}],
            "created_at": "2026-11-22T09:00:00Z", "updated_at": "2026-11-22T09:00:00Z",
        }],
        "refunded_minor": 1100, "expires_at": "2026-11-20T09:27:00Z",
    });
    let fields = order.as_object_mut().unwrap();
    fields.extend(changes.as_object().unwrap().clone());
    fixtures::order(order)
}

fn storefront() -> Storefront {
    let sender = json!({"name": "Parcel & Post Ltd", "email": "hello@example.com"});
    Storefront {
        name: "Parcel & Post".to_owned(),
        sender: serde_json::from_value(sender).unwrap(),
        ..Shop::default().storefront
    }
}

fn letter(kind: MailKind, order: Order) -> Letter {
    let notice = OrderNotice {
        kind,
        link: LINK.to_owned(),
        parcel: (kind == MailKind::Shipped).then(|| order.shipments[0].clone()),
        refund: (kind == MailKind::Refunded).then(|| order.refunds[0].clone()),
        order,
    };
    write(&Notice::Order(Box::new(notice)), &storefront())
}

/// The text of a page, as far as letters need it.
fn visible(html: &str) -> String {
    let (mut text, mut is_tag) = (String::new(), false);
    for letter in html.chars() {
        match letter {
            '<' => is_tag = true,
            '>' => is_tag = false,
            letter if !is_tag => text.push(letter),
            _ => {}
        }
    }
    text.replace("&amp;", "&")
}

#[test]
fn every_letter_says_why_the_total_is_what_it_is_in_text_and_in_html() {
    for kind in KINDS {
        let letter = letter(kind, order(json!({})));
        let html = visible(&letter.html);

        for words in [
            "Brass pen",
            "1 × $42.00",
            "Tax 10 %",
            "$4.20",
            "10 % of $42.00",
            "Total",
            "$46.20",
            "Parcel & Post Ltd",
            "hello@example.com",
        ] {
            assert!(
                letter.text.contains(words),
                "{kind}: {words}: {}",
                letter.text
            );
            assert!(html.contains(words), "{kind}: {words}: {html}");
        }
        assert!(letter.text.contains(LINK) && letter.html.contains(&format!("href=\"{LINK}\"")));
        assert!(letter.subject.contains("#1001"), "{}", letter.subject);
    }
}

#[test]
fn a_letter_speaks_the_language_of_its_order() {
    let german = |kind| letter(kind, order(json!({"language": "de"})));

    let subjects = KINDS.map(|it| german(it).subject);
    assert_eq!(
        subjects,
        [
            "Bestellung #1001 wartet auf Ihre Zahlung",
            "Bestellung #1001 ist bestätigt",
            "Ein Paket Ihrer Bestellung #1001 ist unterwegs",
            "Bestellung #1001 ist storniert",
            "Ihr Geld für Bestellung #1001 ist auf dem Rückweg",
        ]
    );
    let confirmed = german(MailKind::Confirmed);
    assert!(
        confirmed
            .html
            .starts_with("<!DOCTYPE html><html lang=\"de\">"),
        "{}",
        confirmed.html
    );
    assert!(
        confirmed.text.contains("Gesamtsumme: 46,20\u{a0}$"),
        "{}",
        confirmed.text
    );
    assert!(
        confirmed
            .text
            .contains("Bestellung #1001 vom 20. November 2026\n\nVielen Dank, Ada Lovelace\n\n")
    );
}

#[test]
fn a_letter_about_a_parcel_says_what_is_in_it_and_where_it_is() {
    let text = letter(MailKind::Shipped, order(json!({}))).text;

    let parcel = "Brass pen\nCarrier: DHL\nTracking number: JD0146\nExpected: Tuesday 24 November\n\
        Track at DHL: https://dhl.example/JD0146\n";
    assert!(text.contains(parcel), "{text}");
}

#[test]
fn a_letter_about_money_says_what_it_is_for_and_what_stays_paid() {
    let text = letter(MailKind::Refunded, order(json!({}))).text;

    for words in [
        "We sent $11.00 back the way you paid.",
        "$1.00 of it is tax.",
        "$11.00 for 1 × Brass pen",
        "Sent back: -$11.00\n  A scratch",
        "Paid in the end: $35.20",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn whoever_never_paid_is_told_that_no_money_was_taken() {
    let unpaid = json!({"payments": [], "refunds": [], "status": "cancelled"});
    let text = letter(MailKind::Cancelled, order(unpaid)).text;

    assert!(
        text.contains("The shop has taken no money for it"),
        "{text}"
    );
    assert!(!text.contains("back"), "{text}");
}

#[test]
fn whoever_has_paid_is_told_that_all_of_it_goes_back() {
    let text = letter(MailKind::Cancelled, order(json!({"status": "cancelled"}))).text;

    assert!(
        text.contains("Everything you paid, $46.20, goes back"),
        "{text}"
    );
    assert!(!text.contains("Paid in the end"), "{text}");
}

#[test]
fn whoever_is_just_paying_is_promised_what_the_bank_may_still_send() {
    let mut running = order(json!({"refunds": [], "status": "cancelled"}));
    running.payments[0].status = orders::PaymentState::Unknown;
    let text = letter(MailKind::Cancelled, running).text;

    assert!(
        text.contains("If your bank has sent money for it, all of it goes back"),
        "{text}"
    );
}

#[test]
fn whoever_pays_elsewhere_is_neither_asked_to_pay_nor_thanked_for_it() {
    let unpaid = json!({"payments": [], "refunds": [], "expires_at": null});
    let received = letter(MailKind::Received, order(unpaid.clone()));
    let confirmed = letter(MailKind::Confirmed, order(unpaid));

    assert_eq!(received.subject, "We have your order #1001");
    assert!(
        !received.text.contains("Pay") && !received.text.contains("payment"),
        "{}",
        received.text
    );
    assert!(
        confirmed.text.contains("We have accepted your order."),
        "{}",
        confirmed.text
    );
}

#[test]
fn a_stranger_reads_nothing_that_was_typed_before_it_is_paid() {
    let received = letter(MailKind::Received, order(json!({})));

    for typed in ["Ada", "Byron"] {
        assert!(
            !received.text.contains(typed) && !received.html.contains(typed),
            "{typed}"
        );
    }
}

#[test]
fn what_people_type_is_no_html() {
    let hostile =
        json!({"customer": {"name": "<img src=x onerror=alert(1)>", "email": "ada@example.com"}});
    let letter = letter(MailKind::Confirmed, order(hostile));

    assert!(!letter.html.contains("<img"), "{}", letter.html);
    assert!(letter.html.contains("&lt;img"));
}

#[test]
fn a_link_for_a_new_password_says_until_when_it_is_good() {
    let letter = |language| {
        let notice = PasswordNotice {
            language,
            link: LINK.to_owned(),
            expires_at: "2026-11-28T09:12:00Z".parse().unwrap(),
        };
        write(&Notice::NewPassword(notice), &storefront())
    };

    let english = letter(Language::En);
    assert_eq!(english.subject, "Choose a new password");
    assert!(
        english.text.contains("until 28 November, 09:12 UTC"),
        "{}",
        english.text
    );
    assert!(english.text.contains(LINK) && english.html.contains(LINK));
    assert!(!english.text.contains("Why this total"));
    assert_eq!(
        letter(Language::De).subject,
        "Wählen Sie ein neues Passwort"
    );
}
