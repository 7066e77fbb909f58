//! A form that did not pass: what was typed and what is wrong with it, for the page that shows it again.

use super::{FORM, LOGIN_MARK, LoginMark, Visitor};
use crate::error::Error;
use crate::mistakes::Mistakes;
use std::collections::BTreeMap;

/// The most characters of a field that are kept. More than any field takes, so that the mistake at the field says
/// the rest; and little for strangers, who could fill the table.
const LONGEST: usize = 20_000;
const STRANGERS_LONGEST: usize = 300;
/// The same for the number of fields; and no name of a field or form is longer.
const MOST: usize = 20;
const STRANGERS_MOST: usize = 5;
const LONGEST_NAME: usize = 100;

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
        mistakes: &Mistakes,
    ) -> Result<(), Error> {
        let owner = self.login().await?.map(|login| login.user.id.to_string());
        self.keep(name, typed, mistakes, owner).await
    }

    /// Keeps what was typed into the form named `name`, never a password, until whoever is or was logged in here can
    /// send it again.
    pub async fn keep_for_later(&self, name: &str, typed: &[(&str, &str)]) -> Result<(), Error> {
        let owner = self.owner().await?;
        self.keep(name, typed, &Mistakes::default(), owner).await
    }

    async fn keep(
        &self,
        name: &str,
        typed: &[(&str, &str)],
        mistakes: &Mistakes,
        owner: Option<String>,
    ) -> Result<(), Error> {
        if name.len() > LONGEST_NAME {
            return Ok(());
        }
        let is_somebodys = owner.is_some();
        let (longest, most) =
            if is_somebodys { (LONGEST, MOST) } else { (STRANGERS_LONGEST, STRANGERS_MOST) };
        let cut = |value: &str| value.chars().take(longest).collect();
        let values = typed
            .iter()
            .filter(|(field, _)| field.len() <= LONGEST_NAME)
            .take(most)
            .map(|(field, value)| (field.to_string(), cut(value)))
            .collect();
        let wrong = mistakes.iter().map(|(field, message)| (field.to_owned(), message.to_owned())).collect();
        let kept: Kept = (name.to_owned(), values, wrong, owner);
        Ok(self.pad.insert(FORM, kept).await?)
    }

    /// Who is logged in here, or was until just now.
    pub(super) async fn owner(&self) -> Result<Option<String>, Error> {
        match self.login().await? {
            Some(login) => Ok(Some(login.user.id.to_string())),
            // Without the mark nobody knows whose it is, and so nobody sees it.
            None if self.arrival.is_known => {
                Ok(Some(self.read::<LoginMark>(LOGIN_MARK).await?.map(|(_, user)| user).unwrap_or_default()))
            }
            None => Ok(None),
        }
    }

    /// Drops a form that nobody was logged in for: whoever logs in now may not be who filled it in.
    pub(super) async fn drop_strangers_form(&self) -> Result<(), Error> {
        if let Some((.., None)) = self.read::<Kept>(FORM).await? {
            self.pad.remove_value(FORM).await?;
        }
        Ok(())
    }

    /// What was kept of the form named `name`; it will not come again.
    pub async fn take_form(&self, name: &str) -> Result<Form, Error> {
        if !self.arrival.has_mail || !self.arrival.is_activity {
            return Ok(Form::default());
        }
        let Some((kept, values, mistakes, owner)) = self.read::<Kept>(FORM).await? else {
            return Ok(Form::default());
        };
        let user = self.login().await?.map(|login| login.user.id.as_str());
        if kept != name || (owner.is_some() && user.is_none()) {
            return Ok(Form::default());
        }
        self.pad.remove_value(FORM).await?;
        match owner.as_deref() {
            owner if owner.is_none() || owner == user => Ok(Form { values, mistakes }),
            _ => Ok(Form::default()),
        }
    }
}
