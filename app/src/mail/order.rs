//! Letters about orders.

use orders::{
    MailKind, Order, OrderState, Refund, Shipment, Storefront, services::mail::OrderNotice,
};

use super::{
    content::{Content, Parcel, sender},
    money::{lines, what_goes_back, why_total},
};
use crate::{
    components::{TimeStyle, item_words},
    words::{amount, days, language, say},
};

/// What a letter about an order says.
pub(super) fn content(notice: &OrderNotice, storefront: &Storefront) -> Content {
    let order = &notice.order;
    let number = order.number;
    let placed = TimeStyle::Date.write(order.created_at, language());
    let mut sum = why_total(order);
    if matches!(notice.kind, MailKind::Cancelled | MailKind::Refunded) {
        sum.extend(what_goes_back(order));
    }
    // Not before it is paid or accepted: strangers may have typed it for somebody else to read.
    let shows_place = notice.kind == MailKind::Confirmed;
    let address = order.shipping_address.as_ref().filter(|_| shows_place);
    let method = order.shipping_method.as_ref().filter(|_| shows_place);
    Content {
        language: language(),
        subject: subject(notice.kind, order),
        shop: storefront.name.clone(),
        order: Some(say(
            format!("Order #{number}, {placed}"),
            format!("Bestellung #{number} vom {placed}"),
        )),
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
        sender: sender(storefront.sender.as_ref()),
    }
}

fn subject(kind: MailKind, order: &Order) -> String {
    let number = order.number;
    match kind {
        MailKind::Received if order.expires_at.is_some() => say(
            format!("Order #{number} waits for your payment"),
            format!("Bestellung #{number} wartet auf Ihre Zahlung"),
        ),
        MailKind::Received => say(
            format!("We have your order #{number}"),
            format!("Ihre Bestellung #{number} ist da"),
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

fn paragraphs(notice: &OrderNotice) -> Vec<String> {
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
    let Some(until) = order.expires_at else {
        return vec![say(
            "We write again as soon as it is confirmed.".to_owned(),
            "Wir schreiben Ihnen, sobald sie bestätigt ist.".to_owned(),
        )];
    };
    let until = TimeStyle::Minute.write(until, language());
    vec![
        say(
            format!("It waits for your payment of {total}."),
            format!("Sie wartet auf Ihre Zahlung von {total}."),
        ),
        say(
            format!(
                "We keep your things for you until {until} UTC. After that the order is cancelled by itself, and nothing is charged."
            ),
            format!(
                "Wir halten Ihre Artikel bis {until} Uhr UTC für Sie zurück. Danach wird die Bestellung von selbst storniert und nichts abgebucht."
            ),
        ),
    ]
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
    let is_packed_next = matches!(order.status, OrderState::Confirmed | OrderState::Processing)
        && order.items.iter().any(|it| it.ships);
    let tickets = has_tickets.then(|| {
        say(
            "Your tickets are on the page of your order. They open at the door from your phone.",
            "Ihre Karten finden Sie auf der Seite Ihrer Bestellung. Am Einlass genügt das Telefon.",
        )
    });
    let parcels = is_packed_next.then(|| match has_tickets {
        true => say(
            "The rest we pack next, and write again when it leaves.",
            "Alles Übrige packen wir als Nächstes und schreiben Ihnen, sobald es unterwegs ist.",
        ),
        false => say(
            "We pack it next, and write again when it leaves.",
            "Als Nächstes packen wir Ihre Bestellung. Sobald sie unterwegs ist, schreiben wir Ihnen.",
        ),
    });
    let next = tickets.into_iter().chain(parcels).map(str::to_owned);
    std::iter::once(paid).chain(next).collect()
}

fn cancelled(order: &Order) -> String {
    let paid = amount(order.money(order.captured_minor()));
    if order.payment_runs() {
        say(
            "If your bank has sent money for it, all of it goes back to you.".to_owned(),
            "Falls Ihre Bank dafür Geld geschickt hat, geht alles an Sie zurück.".to_owned(),
        )
    } else if order.captured_minor() > 0 {
        say(
            format!("Everything you paid, {paid}, goes back the way you paid it."),
            format!("Alles, was Sie bezahlt haben ({paid}), geht auf demselben Weg an Sie zurück."),
        )
    } else {
        say(
            "The shop has taken no money for it, and there is nothing for you to do.".to_owned(),
            "Der Shop hat dafür kein Geld genommen. Für Sie ist nichts zu tun.".to_owned(),
        )
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
    // Of a refund that goes back in parts, to more than one payment, none is for all of its items.
    let for_items: i64 = refund.items.iter().map(|it| it.amount_minor).sum();
    let items = refund
        .items
        .iter()
        .filter(|_| for_items == refund.amount_minor);
    paragraphs.extend(items.filter_map(|item| {
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
        MailKind::Received if order.expires_at.is_some() => {
            let total = amount(order.money(order.total_minor));
            say(format!("Pay {total}"), format!("{total} bezahlen"))
        }
        MailKind::Confirmed if order.items.iter().any(|it| it.seat.is_some()) => say(
            "See your order and tickets",
            "Bestellung und Karten ansehen",
        )
        .to_owned(),
        MailKind::Received
        | MailKind::Confirmed
        | MailKind::Shipped
        | MailKind::Cancelled
        | MailKind::Refunded => say("See your order", "Bestellung ansehen").to_owned(),
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
    facts.retain(|(_, value)| !value.is_empty());
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
