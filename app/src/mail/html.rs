//! A letter as HTML. Mail programs know tables and simple rules, and load nothing: all of its style is in its head.

use leptos::prelude::*;

use super::content::{Content, Line, Parcel, SumRow};
use crate::words::say;

const STYLE: &str = include_str!("../../../style/mail.css");

pub(super) fn write(content: Content) -> String {
    let page = view! { <Page content /> };
    // The marks are for pages that wake up in a browser. What people typed has none: it is escaped.
    format!("<!DOCTYPE html>{}", page.to_html().replace("<!>", ""))
}

#[component]
fn Page(content: Content) -> impl IntoView {
    let (words, link) = content.action;
    let paragraphs: Vec<_> = (content.paragraphs.into_iter())
        .map(|it| view! { <p>{it}</p> })
        .collect();
    view! {
        <html lang=content.language.code()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <style inner_html=STYLE></style>
            </head>
            <body>
                <div class="letter">
                    <p class="shop">{content.shop} {content.order.map(|it| view! { <br /> <small>{it}</small> })}</p>
                    <h1>{content.heading}</h1>
                    {paragraphs}
                    {content.parcel.map(|parcel| view! { <ParcelCard parcel /> })}
                    <p class="action"><a class="button" href=link>{words}</a></p>
                    {(!content.lines.is_empty()).then(|| view! { <LineTable lines=content.lines /> })}
                    {(!content.sum.is_empty()).then(|| view! { <SumTable sum=content.sum /> })}
                    <GoingTo rows=content.going_to delivery=content.delivery />
                    <Signature sender=content.sender />
                </div>
            </body>
        </html>
    }
}

#[component]
fn ParcelCard(parcel: Parcel) -> impl IntoView {
    let facts: Vec<_> = (parcel.facts.into_iter())
        .map(|(name, value)| view! { <tr><th scope="row">{name}</th><td>{value}</td></tr> })
        .collect();
    view! {
        <p>{parcel.contents}</p>
        <table class="facts">{facts}</table>
        {parcel.tracking.map(|(words, url)| view! { <p><a href=url>{words}</a></p> })}
    }
}

#[component]
fn LineTable(lines: Vec<Line>) -> impl IntoView {
    let rows: Vec<_> = lines
        .into_iter()
        .map(|it| {
            view! {
                <tr>
                    <td>{it.title} <br /> <small>{it.note}</small></td>
                    <td class="amount">{it.amount}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <h2>{say("What you ordered", "Was Sie bestellt haben")}</h2>
        <table class="lines">{rows}</table>
    }
}

#[component]
fn SumTable(sum: Vec<SumRow>) -> impl IntoView {
    let rows: Vec<_> = sum
        .into_iter()
        .map(|it| {
            let rule = (!it.rule.is_empty()).then(|| view! { <br /> <small>{it.rule}</small> });
            view! {
                <tr class=it.is_total.then_some("total")>
                    <td>{it.label} {rule}</td>
                    <td class="amount">{it.amount}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <h2>{say("Why this total", "Warum diese Summe")}</h2>
        <table class="lines">{rows}</table>
    }
}

#[component]
fn GoingTo(rows: Vec<String>, delivery: Option<String>) -> impl IntoView {
    (!rows.is_empty()).then(|| {
        view! {
            <h2>{say("Going to", "Geht an")}</h2>
            <p>{on_lines(rows)}</p>
            {delivery.map(|it| view! { <p class="quiet">{it}</p> })}
        }
    })
}

#[component]
fn Signature(sender: Vec<String>) -> impl IntoView {
    (!sender.is_empty()).then(|| view! { <p class="signature">{on_lines(sender)}</p> })
}

fn on_lines(rows: Vec<String>) -> Vec<AnyView> {
    let rows = rows.into_iter().enumerate();
    rows.map(|(index, row)| view! { {(index > 0).then(|| view! { <br /> })} {row} }.into_any())
        .collect()
}
