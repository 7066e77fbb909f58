//! A form that did not pass: what was typed and what is wrong with it, for the page that shows it again.

use super::lists::{is_in, new_key};
use super::{FORM, LOGIN_MARK, LoginMark, Visitor};
use crate::error::Error;
use crate::field_errors::FieldErrors;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

/// The most characters of a field that are kept. More than any field takes, so that the mistake at the field says
/// the rest; and little for strangers, who could fill the table.
const LONGEST: usize = 20_000;
const STRANGERS_LONGEST: usize = 300;
/// The same for the number of fields; and no name of a field or form is longer.
const MOST: usize = 20;
const STRANGERS_MOST: usize = 5;
const MAX_NAME_LENGTH: usize = 100;

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

/// The form's name, what was typed, what is wrong, and whose it is: nobody else at this browser may see it.
type Kept = (String, BTreeMap<String, String>, BTreeMap<String, String>, Option<String>);

impl Visitor {
    /// Keeps what was typed into the form named `name`, never a password, and what is wrong with it.
    pub async fn keep_form(
        &self,
        name: &str,
        typed: &[(&str, &str)],
        mistakes: &FieldErrors,
    ) -> Result<(), Error> {
        let owner = self.login().await?.map(|login| login.user.id.to_string());
        self.keep(name, typed, mistakes, owner).await
    }

    /// Keeps what was typed into the form named `name`, never a password, until whoever is or was logged in here can
    /// send it again.
    pub async fn keep_for_later(&self, name: &str, typed: &[(&str, &str)]) -> Result<(), Error> {
        let owner = self.owner().await?;
        self.keep(name, typed, &FieldErrors::default(), owner).await
    }

    async fn keep(
        &self,
        name: &str,
        typed: &[(&str, &str)],
        mistakes: &FieldErrors,
        owner: Option<String>,
    ) -> Result<(), Error> {
        if name.len() > MAX_NAME_LENGTH {
            return Ok(());
        }
        let is_somebodys = owner.is_some();
        let (longest, most) =
            if is_somebodys { (LONGEST, MOST) } else { (STRANGERS_LONGEST, STRANGERS_MOST) };
        let cut = |value: &str| value.chars().take(longest).collect();
        let values = typed
            .iter()
            .filter(|(field, _)| field.len() <= MAX_NAME_LENGTH)
            .take(most)
            .map(|(field, value)| (field.to_string(), cut(value)))
            .collect();
        let wrong = mistakes.iter().map(|(field, message)| (field.to_owned(), message.to_owned())).collect();
        let kept: Kept = (name.to_owned(), values, wrong, owner);
        self.session_data.insert(new_key(FORM), json!(kept)).await;
        Ok(())
    }

    /// Who is logged in here, or was until just now.
    pub(super) async fn owner(&self) -> Result<Option<String>, Error> {
        match self.login().await? {
            Some(login) => Ok(Some(login.user.id.to_string())),
            // Without the mark nobody knows whose it is, and so nobody sees it.
            None if self.is_known.load(Ordering::Relaxed) => {
                let mark = self.session_data.get::<LoginMark>(LOGIN_MARK).await?;
                Ok(Some(mark.map(|(_, user)| user).unwrap_or_default()))
            }
            None => Ok(None),
        }
    }

    /// Drops the forms that nobody was logged in for: whoever logs in now may not be who filled them in.
    pub(super) async fn drop_strangers_forms(&self) {
        let is_strangers = |key: &str, value: &Value| {
            is_in(FORM, key) && read(value).is_none_or(|(.., owner)| owner.is_none())
        };
        self.session_data.clear(is_strangers).await;
    }

    /// What was kept of the form named `name`; it will not come again, unless the page is not shown.
    pub async fn take_form(&self, name: &str) -> Result<Form, Error> {
        if !self.may_take().await? {
            return Ok(Form::default());
        }
        let user = self.login().await?.map(|login| login.user.id.as_str());
        let is_it = |key: &str, value: &Value| {
            is_in(FORM, key)
                && read(value)
                    .is_some_and(|(kept, _, _, owner)| kept == name && (owner.is_none() || user.is_some()))
        };
        if !self.session_data.seen(|data| data.iter().any(|(key, value)| is_it(key, value))).await? {
            return Ok(Form::default());
        }
        let kept = self.take_to_show(is_it).await?.last().and_then(read);
        let own = kept.filter(|(.., owner)| owner.is_none() || owner.as_deref() == user);
        Ok(own.map(|(_, values, mistakes, _)| Form { values, mistakes }).unwrap_or_default())
    }
}

fn read(value: &Value) -> Option<Kept> {
    serde_json::from_value(value.clone()).ok()
}
