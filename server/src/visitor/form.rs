//! A rejected form: its typed values and field errors, for the page that shows it again.

use super::lists::{is_in, new_key};
use super::{FORM, LOGIN_MARK, LoginMark, Visitor};
use crate::error::Error;
use crate::field_errors::FieldErrors;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

/// More characters than any field accepts, so that the user sees the field error.
const MAX_VALUE_LENGTH: usize = 20_000;
const MAX_ANONYMOUS_VALUE_LENGTH: usize = 300;
/// For the number of fields, and for the length of names.
const MAX_FIELDS: usize = 20;
const MAX_ANONYMOUS_FIELDS: usize = 5;
const MAX_NAME_LENGTH: usize = 100;
/// The id of no user.
const UNKNOWN_OWNER: &str = "";

/// Empty for a form that is shown for the first time.
#[derive(Clone, Debug, Default)]
pub struct SubmittedForm {
    values: BTreeMap<String, String>,
    errors: BTreeMap<String, String>,
}

impl SubmittedForm {
    pub fn new(values: &[(&str, &str)], errors: &FieldErrors) -> Self {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self {
            values: values.iter().copied().map(owned).collect(),
            errors: errors.iter().map(owned).collect(),
        }
    }

    pub fn value(&self, field: &str) -> Option<String> {
        self.values.get(field).cloned()
    }

    pub fn error(&self, field: &str) -> Option<String> {
        self.errors.get(field).cloned()
    }

    /// Whether a checkbox is checked. A browser sends nothing for one that is not. `at_first`: if nothing was typed.
    pub fn is_checked(&self, field: &str, at_first: bool) -> bool {
        match self.values.is_empty() {
            true => at_first,
            false => self.values.get(field).is_some_and(|value| value == "true"),
        }
    }
}

/// Form name, typed values, field errors, and the owner: no other user of this browser may see it.
type Kept = (String, BTreeMap<String, String>, BTreeMap<String, String>, Option<String>);

impl Visitor {
    /// Never stores a password.
    pub async fn keep_form(
        &self,
        name: &str,
        typed: &[(&str, &str)],
        errors: &FieldErrors,
    ) -> Result<(), Error> {
        let owner = self.login().await?.map(|login| login.user.id.to_string());
        self.keep(name, typed, errors, owner).await.map(drop)
    }

    /// Never stores a password. Only the user who is or was logged in here sees the form. Returns whether it is kept.
    /// `save` may still drop it.
    pub async fn keep_for_later(&self, name: &str, typed: &[(&str, &str)]) -> Result<bool, Error> {
        let owner = self.owner().await?;
        if owner.as_deref() == Some(UNKNOWN_OWNER) {
            return Ok(false);
        }
        self.keep(name, typed, &FieldErrors::default(), owner).await
    }

    async fn keep(
        &self,
        name: &str,
        typed: &[(&str, &str)],
        errors: &FieldErrors,
        owner: Option<String>,
    ) -> Result<bool, Error> {
        if name.len() > MAX_NAME_LENGTH {
            return Ok(false);
        }
        let has_owner = owner.is_some();
        let (longest, most) = if has_owner {
            (MAX_VALUE_LENGTH, MAX_FIELDS)
        } else {
            (MAX_ANONYMOUS_VALUE_LENGTH, MAX_ANONYMOUS_FIELDS)
        };
        let cut = |value: &str| as_checked(value).chars().take(longest).collect();
        let values = typed
            .iter()
            .filter(|(field, _)| field.len() <= MAX_NAME_LENGTH)
            .take(most)
            .map(|(field, value)| (field.to_string(), cut(value)))
            .collect();
        let wrong = errors.iter().map(|(field, message)| (field.to_owned(), message.to_owned())).collect();
        let kept: Kept = (name.to_owned(), values, wrong, owner);
        self.session_data.insert(new_key(FORM), json!(kept)).await;
        Ok(true)
    }

    /// Returns the user who is logged in, or was until just now.
    pub(super) async fn owner(&self) -> Result<Option<String>, Error> {
        match self.login().await? {
            Some(login) => Ok(Some(login.user.id.to_string())),
            // Without the mark the owner is unknown, so no user may see the form.
            None if self.had_login.load(Ordering::Relaxed) => {
                let mark = self.session_data.get::<LoginMark>(LOGIN_MARK).await?;
                Ok(Some(mark.map_or(UNKNOWN_OWNER.to_owned(), |(_, user)| user)))
            }
            None => Ok(None),
        }
    }

    /// The user who logs in now may be another person.
    pub(super) async fn drop_anonymous_forms(&self) {
        let is_anonymous = |key: &str, value: &Value| {
            is_in(FORM, key) && read(value).is_none_or(|(.., owner)| owner.is_none())
        };
        self.session_data.clear(is_anonymous).await;
    }

    /// The form returns if the page fails.
    pub async fn take_form(&self, name: &str) -> Result<SubmittedForm, Error> {
        if !self.may_take().await? {
            return Ok(SubmittedForm::default());
        }
        let user = self.login().await?.map(|login| login.user.id.as_str());
        let is_it = |key: &str, value: &Value| {
            is_in(FORM, key)
                && read(value)
                    .is_some_and(|(kept, _, _, owner)| kept == name && (owner.is_none() || user.is_some()))
        };
        if !self.session_data.seen(|data| data.iter().any(|(key, value)| is_it(key, value))).await? {
            return Ok(SubmittedForm::default());
        }
        let kept = self.take_to_show(is_it).await?.last().and_then(read);
        let own = kept.filter(|(.., owner)| owner.is_none() || owner.as_deref() == user);
        Ok(own.map(|(_, values, errors, _)| SubmittedForm { values, errors }).unwrap_or_default())
    }
}

fn read(value: &Value) -> Option<Kept> {
    serde_json::from_value(value.clone()).ok()
}

/// Without the blanks around one line, which no field keeps.
fn as_checked(value: &str) -> &str {
    let trimmed = value.trim();
    if trimmed.contains('\n') { value } else { trimmed }
}

#[cfg(test)]
mod tests {
    use super::SubmittedForm;
    use crate::field_errors::FieldErrors;

    #[test]
    fn a_checkbox_is_shown_again_as_it_was_sent() {
        let sent = |values: &[(&str, &str)]| SubmittedForm::new(values, &FieldErrors::NONE);
        for at_first in [true, false] {
            let is_checked = |form: SubmittedForm| form.is_checked("news", at_first);
            assert_eq!(is_checked(SubmittedForm::default()), at_first);
            assert_eq!(is_checked(sent(&[])), at_first);
            assert!(is_checked(sent(&[("name", "Ada"), ("news", "true")])));
            assert!(!is_checked(sent(&[("name", "Ada"), ("news", "false")])));
            assert!(!is_checked(sent(&[("name", "Ada")])));
        }
    }
}
