//! Sending goods back, and taking them back.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::ssr::Here;

/// The name under which the return form's draft is kept.
pub const RETURN_FORM: &str = "return";

/// The fields of the form that asks for a return, as text.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReturnForm {
    pub id: String,
    /// The version that was seen: a form sent twice asks once.
    pub version: String,
    /// How many, by line.
    pub quantity: BTreeMap<String, String>,
    pub reason: String,
}

/// Form: asks for a return. What cannot be used is shown again.
#[server(endpoint = "ask_return")]
pub async fn ask_return(#[server(default)] form: ReturnForm) -> Result<(), AppError> {
    use orders::{NewReturn, OrderId, engine::Conditions};
    let Here {
        engine,
        caller,
        visitor,
        ..
    } = crate::ssr::here()?;
    let id: OrderId = form.id.parse().map_err(|_| AppError::Malformed)?;
    let as_seen = engine.orders.under(Conditions {
        version: form.version.parse().ok(),
        ..Conditions::default()
    });
    let done = match chosen(&form.quantity) {
        Ok(items) => {
            let asked = NewReturn {
                items,
                reason: Some(form.reason.clone()),
            };
            as_seen.ask_return(&caller, id, asked).await
        }
        Err(refusal) => Err(refusal.into()),
    };
    match &done {
        Err(orders::OrderError::Refused(refusal)) => {
            visitor
                .keep_draft(RETURN_FORM, form.fields(), refusal)
                .await?;
            let path = format!("/order/{id}?error={}&form={RETURN_FORM}", refusal.code());
            crate::ssr::redirect(&path);
            return Ok(());
        }
        Ok(_) | Err(_) => visitor.drop_draft(RETURN_FORM).await?,
    }
    super::order::back_to_order(id, done.map_err(AppError::from))
}

/// Form: accepts or refuses a return, or notes that the goods are here.
#[server(endpoint = "change_return")]
pub async fn change_return(
    #[server(default)] id: String,
    #[server(default)] return_id: String,
    #[server(default)] command: String,
    #[server(default)] reason: String,
    #[server(default)] restock: String,
    #[server(default)] refund: String,
) -> Result<(), AppError> {
    use orders::{OrderId, ReturnCommand, ReturnId};
    let Here { engine, caller, .. } = crate::ssr::here()?;
    let id: OrderId = id.parse().map_err(|_| AppError::Malformed)?;
    let return_id: ReturnId = return_id.parse().map_err(|_| AppError::Malformed)?;
    let command = match command.as_str() {
        "accept" => ReturnCommand::Accept,
        "refuse" => ReturnCommand::Refuse,
        "receive" => ReturnCommand::Receive {
            restock: !restock.is_empty(),
            refund: !refund.is_empty(),
        },
        _ => return Err(AppError::Malformed),
    };
    let done = engine
        .orders
        .change_return(&caller, id, return_id, command, Some(&reason))
        .await;
    super::admin::back_to_order(id, done.map_err(AppError::from))
}

#[cfg(feature = "ssr")]
impl ReturnForm {
    /// What is kept of it when it is refused.
    fn fields(&self) -> BTreeMap<String, String> {
        let quantities = self.quantity.iter();
        let quantities = quantities.map(|(line, text)| (format!("quantity {line}"), text));
        quantities
            .chain([("reason".to_owned(), &self.reason)])
            .map(|(name, text)| (name, text.chars().take(1_000).collect()))
            .collect()
    }
}

/// The lines of which some are wanted.
#[cfg(feature = "ssr")]
pub(super) fn chosen(
    quantities: &BTreeMap<String, String>,
) -> Result<Vec<orders::LineQuantity>, orders::Refusal> {
    use orders::{LineQuantity, Refusal};
    let mut chosen = Vec::new();
    for (line, text) in quantities {
        let line = line.parse();
        match (line, text.trim()) {
            (_, "" | "0") => {}
            (Ok(line), text) => {
                let quantity = text
                    .parse()
                    .map_err(|_| Refusal::field("/items", "need whole numbers"))?;
                chosen.push(LineQuantity { line, quantity });
            }
            (Err(_), _) => return Err(Refusal::field("/items", "name a line that is none")),
        }
    }
    Ok(chosen)
}
