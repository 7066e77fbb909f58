//! A form that did not pass: what was typed and what is wrong with it, for the page that shows it again.

use super::{FORM, Visitor};
use crate::error::Error;
use crate::mistakes::Mistakes;
use std::collections::BTreeMap;

/// The most characters of a field that are kept. More than any field takes, so that the mistake at the field says
/// the rest; and little for strangers, who could fill the table.
const LONGEST: usize = 20_000;
const STRANGERS_LONGEST: usize = 300;

/// What a form shows again. Empty for a form that is shown for the first time.
#[derive(Clone, Debug, Default)]
pub struct Form {
    values: BTreeMap<String, String>,
    mistakes: BTreeMap<String, String>,
}

impl Form {
    /// What was typed into `field`.
    pub fn value(&self, field: &str) -> Option<String> {
        self.values.get(field).cloned()
    }

    /// What is wrong with `field`.
    pub fn mistake(&self, field: &str) -> Option<String> {
        self.mistakes.get(field).cloned()
    }
}

type Kept = (String, BTreeMap<String, String>, BTreeMap<String, String>);

impl Visitor {
    /// Keeps what was typed into the form named `name`, never a password, and what is wrong with it.
    pub async fn keep_form(
        &self,
        name: &str,
        typed: &[(&str, &str)],
        mistakes: &Mistakes,
    ) -> Result<(), Error> {
        let longest = if self.login().await?.is_some() { LONGEST } else { STRANGERS_LONGEST };
        let cut = |value: &str| value.chars().take(longest).collect();
        let values = typed.iter().map(|(field, value)| (field.to_string(), cut(value))).collect();
        let wrong = mistakes.iter().map(|(field, message)| (field.to_owned(), message.to_owned())).collect();
        let kept: Kept = (name.to_owned(), values, wrong);
        Ok(self.pad.insert(FORM, kept).await?)
    }

    /// What was kept of the form named `name`; it will not come again.
    pub async fn take_form(&self, name: &str) -> Result<Form, Error> {
        if !self.arrival.has_mail || !self.arrival.is_activity {
            return Ok(Form::default());
        }
        match self.read::<Kept>(FORM).await? {
            Some((kept, values, mistakes)) if kept == name => {
                self.pad.remove_value(FORM).await?;
                Ok(Form { values, mistakes })
            }
            _ => Ok(Form::default()),
        }
    }
}
