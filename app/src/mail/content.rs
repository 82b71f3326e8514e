//! What a letter says, however it is written down.

use orders::{
    ExplanationKind, Language, MailKind, Order, Refund, RefundState, Sender, Shipment,
    services::mail::Notice,
};

use crate::{
    components::{TimeStyle, item_words},
    words::{amount, days, language, price, say},
};

/// A letter's parts, from top to bottom. What is empty is not there.
pub(super) struct Content {
    pub(super) language: Language,
    /// The line that inboxes show.
    pub(super) subject: String,
    /// Who writes.
    pub(super) shop: String,
    /// Which order it is about.
    pub(super) order: String,
    pub(super) heading: String,
    pub(super) paragraphs: Vec<String>,
    /// The one thing to do: what it is called, and where.
    pub(super) action: (String, String),
    pub(super) parcel: Option<Parcel>,
    pub(super) lines: Vec<Line>,
    pub(super) sum: Vec<SumRow>,
    pub(super) going_to: Vec<String>,
    /// How they travel.
    pub(super) delivery: Option<String>,
    /// The end of the letter: who sent it, and how they are reached.
    pub(super) sender: Vec<String>,
}

/// A parcel on its way.
pub(super) struct Parcel {
    pub(super) contents: String,
    /// What is known of it, each with its name.
    pub(super) facts: Vec<(&'static str, String)>,
    /// Where the carrier shows it.
    pub(super) tracking: Option<(String, String)>,
}

/// A line of the order.
pub(super) struct Line {
    pub(super) title: String,
    pub(super) note: String,
    pub(super) amount: String,
}

/// A row of the sum, and why it is what it is.
pub(super) struct SumRow {
    pub(super) label: String,
    pub(super) amount: Option<String>,
    pub(super) rule: String,
    pub(super) is_total: bool,
}

pub(super) fn of(notice: &Notice) -> Content {
    let order = &notice.order;
    let number = order.number;
    let placed = TimeStyle::Date.write(order.created_at, language());
    let mut sum = why_total(order);
    if matches!(notice.kind, MailKind::Cancelled | MailKind::Refunded) {
        sum.extend(what_goes_back(order));
    }
    let shows_place = matches!(notice.kind, MailKind::Received | MailKind::Confirmed);
    let address = order.shipping_address.as_ref().filter(|_| shows_place);
    let method = order.shipping_method.as_ref().filter(|_| shows_place);
    Content {
        language: language(),
        subject: subject(notice.kind, number),
        shop: notice.storefront.name.clone(),
        order: say(
            format!("Order #{number}, {placed}"),
            format!("Bestellung #{number} vom {placed}"),
        ),
        heading: heading(notice.kind, order),
        paragraphs: paragraphs(notice),
        action: (action(notice.kind, order), notice.link.clone()),
        parcel: (notice.parcel.as_ref()).map(|it| parcel(order, it)),
        lines: lines(order),
        sum,
        going_to: address
            .map(|it| it.lines(order.customer.name.as_deref(), language()))
            .unwrap_or_default(),
        delivery: method.map(|it| format!("{}, {}", it.name, days(it.days_least, it.days_most))),
        sender: sender(notice.storefront.sender.as_ref()),
    }
}

fn subject(kind: MailKind, number: i64) -> String {
    match kind {
        MailKind::Received => say(
            format!("Order #{number} waits for your payment"),
            format!("Bestellung #{number} wartet auf Ihre Zahlung"),
        ),
        MailKind::Confirmed => say(
            format!("Order #{number} is confirmed"),
            format!("Bestellung #{number} ist bestätigt"),
        ),
        MailKind::Shipped => say(
            format!("A parcel of order #{number} is on its way"),
            format!("Ein Paket Ihrer Bestellung #{number} ist unterwegs"),
        ),
        MailKind::Cancelled => say(
            format!("Order #{number} is cancelled"),
            format!("Bestellung #{number} ist storniert"),
        ),
        MailKind::Refunded => say(
            format!("Your money for order #{number} is on its way back"),
            format!("Ihr Geld für Bestellung #{number} ist auf dem Rückweg"),
        ),
    }
}

fn heading(kind: MailKind, order: &Order) -> String {
    match kind {
        MailKind::Received => say("Your order is here", "Ihre Bestellung ist da").to_owned(),
        MailKind::Confirmed => match order.customer.name.as_deref() {
            Some(name) => say(format!("Thank you, {name}"), format!("Vielen Dank, {name}")),
            None => say("Thank you", "Vielen Dank").to_owned(),
        },
        MailKind::Shipped => say("Your parcel is on its way", "Ihr Paket ist unterwegs").to_owned(),
        MailKind::Cancelled => {
            say("Your order is cancelled", "Ihre Bestellung ist storniert").to_owned()
        }
        MailKind::Refunded => say("Your money is on its way", "Ihr Geld ist unterwegs").to_owned(),
    }
}

fn paragraphs(notice: &Notice) -> Vec<String> {
    let order = &notice.order;
    let total = amount(order.money(order.total_minor));
    match notice.kind {
        MailKind::Received => received(order, &total),
        MailKind::Confirmed => confirmed(order, &total),
        MailKind::Shipped => Vec::new(),
        MailKind::Cancelled => vec![cancelled(order)],
        MailKind::Refunded => refunded(order, notice.refund.as_ref()),
    }
}

fn received(order: &Order, total: &str) -> Vec<String> {
    let mut paragraphs = vec![say(
        format!("It waits for your payment of {total}."),
        format!("Sie wartet auf Ihre Zahlung von {total}."),
    )];
    paragraphs.extend(order.expires_at.map(|at| {
        let until = TimeStyle::Minute.write(at, language());
        say(
            format!("We keep your things for you until {until} UTC. After that the order is cancelled by itself, and nothing is charged."),
            format!("Wir halten Ihre Artikel bis {until} Uhr UTC für Sie zurück. Danach wird die Bestellung von selbst storniert und nichts abgebucht."),
        )
    }));
    paragraphs
}

fn confirmed(order: &Order, total: &str) -> Vec<String> {
    let paid = if order.total_minor == 0 {
        say(
            "There is nothing to pay.".to_owned(),
            "Es ist nichts zu bezahlen.".to_owned(),
        )
    } else if order.captured_minor() >= order.total_minor {
        say(
            format!("We have your payment of {total}."),
            format!("Ihre Zahlung von {total} ist eingegangen."),
        )
    } else {
        say(
            "We have accepted your order.".to_owned(),
            "Wir haben Ihre Bestellung angenommen.".to_owned(),
        )
    };
    let has_tickets = order.items.iter().any(|it| it.seat.is_some());
    let has_parcels = order.items.iter().any(|it| it.ships);
    let next = match (has_tickets, has_parcels) {
        (true, true) => say(
            "Your tickets are on the page of your order. The rest we pack next, and write again when it leaves.",
            "Ihre Karten finden Sie auf der Seite Ihrer Bestellung. Alles Übrige packen wir als Nächstes und schreiben Ihnen, sobald es unterwegs ist.",
        ),
        (true, false) => say(
            "Your tickets are on the page of your order. They open at the door from your phone.",
            "Ihre Karten finden Sie auf der Seite Ihrer Bestellung. Am Einlass genügt das Telefon.",
        ),
        (false, _) => say(
            "We pack it next, and write again when it leaves.",
            "Als Nächstes packen wir Ihre Bestellung. Sobald sie unterwegs ist, schreiben wir Ihnen.",
        ),
    };
    vec![paid, next.to_owned()]
}

fn cancelled(order: &Order) -> String {
    let back_minor: i64 = (order.refunds.iter())
        .filter(|it| it.status != RefundState::Failed)
        .map(|it| it.amount_minor)
        .sum();
    let back = amount(order.money(back_minor));
    match (order.captured_minor(), back_minor) {
        (0, _) => say(
            "Nothing was charged, and there is nothing for you to do.".to_owned(),
            "Es wurde nichts abgebucht. Für Sie ist nichts zu tun.".to_owned(),
        ),
        (_, 0) => say(
            "We write again as soon as your money is on its way back.".to_owned(),
            "Wir schreiben Ihnen, sobald Ihr Geld auf dem Rückweg ist.".to_owned(),
        ),
        _ => say(
            format!("{back} goes back the way you paid."),
            format!("{back} gehen auf dem Weg zurück, auf dem Sie bezahlt haben."),
        ),
    }
}

fn refunded(order: &Order, refund: Option<&Refund>) -> Vec<String> {
    let Some(refund) = refund else {
        return Vec::new();
    };
    let back = amount(order.money(refund.amount_minor));
    let tax = amount(order.money(refund.tax_minor));
    let mut paragraphs = vec![say(
        format!("We sent {back} back the way you paid. Your bank may take some days to show it."),
        format!(
            "Wir haben {back} auf dem Weg zurückgeschickt, auf dem Sie bezahlt haben. Bis Ihre Bank den Betrag zeigt, können einige Tage vergehen."
        ),
    )];
    paragraphs.extend(refund.items.iter().filter_map(|item| {
        let line = order.items.iter().find(|it| it.line == item.line)?;
        let share = amount(order.money(item.amount_minor));
        Some(say(
            format!("{share} for {} × {}", item.quantity, line.title),
            format!("{share} für {} × {}", item.quantity, line.title),
        ))
    }));
    paragraphs.extend((refund.tax_minor > 0).then(|| {
        say(
            format!("{tax} of it is tax."),
            format!("{tax} davon sind MwSt."),
        )
    }));
    paragraphs
}

fn action(kind: MailKind, order: &Order) -> String {
    match kind {
        MailKind::Received => {
            let total = amount(order.money(order.total_minor));
            say(format!("Pay {total}"), format!("{total} bezahlen"))
        }
        MailKind::Confirmed if order.items.iter().any(|it| it.seat.is_some()) => say(
            "See your order and tickets",
            "Bestellung und Karten ansehen",
        )
        .to_owned(),
        MailKind::Confirmed | MailKind::Shipped | MailKind::Cancelled | MailKind::Refunded => {
            say("See your order", "Bestellung ansehen").to_owned()
        }
    }
}

fn parcel(order: &Order, parcel: &Shipment) -> Parcel {
    let mut facts = vec![
        (say("Carrier", "Zusteller"), parcel.carrier.clone()),
        (
            say("Tracking number", "Sendungsnummer"),
            parcel.tracking_number.clone(),
        ),
    ];
    facts.extend(parcel.estimated_delivery.map(|at| {
        let day = TimeStyle::Day.write(at, language());
        (say("Expected", "Erwartet"), day)
    }));
    let carrier = &parcel.carrier;
    Parcel {
        contents: item_words(order, &parcel.items),
        facts,
        tracking: parcel.tracking_url.clone().map(|url| {
            let words = say(
                format!("Track at {carrier}"),
                format!("Bei {carrier} verfolgen"),
            );
            (words, url)
        }),
    }
}

fn lines(order: &Order) -> Vec<Line> {
    let lines = order.items.iter().map(|it| Line {
        title: it.title.clone(),
        note: format!(
            "{} × {}",
            it.quantity,
            amount(order.money(it.unit_price_minor))
        ),
        amount: amount(order.money(it.total_minor)),
    });
    lines.collect()
}

/// The sum with its working, as the order's page shows it.
fn why_total(order: &Order) -> Vec<SumRow> {
    let is_worth_a_row = |minor: i64, kind| minor != 0 || kind != Some(ExplanationKind::Discount);
    let steps = (order.explanation.iter()).filter(|it| is_worth_a_row(it.amount_minor, it.kind));
    // Tax that the prices contain adds nothing: it is said below the sum that contains it.
    let (contained, steps): (Vec<_>, Vec<_>) =
        steps.partition(|it| it.kind == Some(ExplanationKind::TaxIncluded));
    let mut rows: Vec<_> = steps
        .into_iter()
        .map(|it| {
            let money = order.money(it.amount_minor);
            let is_delivery = it.kind == Some(ExplanationKind::Delivery);
            SumRow {
                label: it.label.clone(),
                amount: Some(if is_delivery {
                    price(money)
                } else {
                    amount(money)
                }),
                rule: it.rule.clone(),
                is_total: false,
            }
        })
        .collect();
    rows.push(SumRow {
        label: say("Total", "Gesamtsumme").to_owned(),
        amount: Some(amount(order.money(order.total_minor))),
        rule: String::new(),
        is_total: true,
    });
    rows.extend(contained.into_iter().map(|it| SumRow {
        label: it.label.clone(),
        amount: None,
        rule: it.rule.clone(),
        is_total: false,
    }));
    rows
}

/// What has gone back or is about to, and what stays paid.
fn what_goes_back(order: &Order) -> Vec<SumRow> {
    let row = |label: &str, minor: i64, rule: Option<&str>| SumRow {
        label: label.to_owned(),
        amount: Some(amount(order.money(minor))),
        rule: rule.unwrap_or_default().to_owned(),
        is_total: false,
    };
    let (mut rows, mut kept_minor) = (Vec::new(), order.captured_minor());
    for refund in &order.refunds {
        let label = match refund.status {
            RefundState::Succeeded => say("Sent back", "Zurückgeschickt"),
            RefundState::Pending => say("Going back", "Auf dem Rückweg"),
            RefundState::Failed => continue,
        };
        kept_minor -= refund.amount_minor;
        rows.push(row(label, -refund.amount_minor, refund.reason.as_deref()));
    }
    if !rows.is_empty() && kept_minor > 0 {
        rows.push(row(
            say("Paid in the end", "Am Ende bezahlt"),
            kept_minor,
            None,
        ));
    }
    rows
}

/// Who sends a storefront's letters, and where they are.
fn sender(sender: Option<&Sender>) -> Vec<String> {
    let Some(sender) = sender else {
        return Vec::new();
    };
    let address = sender.address.as_ref();
    let address = address
        .map(|it| it.lines(None, language()))
        .unwrap_or_default();
    std::iter::once(sender.name.clone())
        .chain(address)
        .chain(sender.email.clone())
        .collect()
}
