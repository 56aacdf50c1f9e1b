//! Tokens: who a client is. JWT, signed with HS256 and nothing else, by a secret that only this host has.
//!
//! A token is read and written here and nowhere else, and never printed.

use crate::id::UserId;
use crate::protocol::{Role, User, valid_name};
use chrono::{DateTime, Duration, Utc};
use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::prelude::*;
use jwt_compact::{Claims, UntrustedToken, ValidationError};
use rand::TryRng;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The secret's file in the data directory.
const SECRET_FILE: &str = "token.secret";
/// The length of a secret; HS256 gains nothing from a longer one.
const SECRET_BYTES: usize = 32;
/// The longest token that is looked at.
const TOKEN_BYTES_MAX: usize = 2048;

/// What signs and verifies tokens.
pub struct TokenKey(Hs256Key);

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenKey")
    }
}

/// What a token says beside its times.
#[derive(Serialize, Deserialize)]
struct UserClaims {
    #[serde(rename = "sub")]
    id: UserId,
    name: String,
    role: Role,
}

/// What a valid token says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verified {
    /// Whom it names.
    pub user: User,
    /// When it stops being valid.
    pub expires_at: DateTime<Utc>,
}

/// Why a token is not accepted. What is wrong with a forged one is nobody's business.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TokenError {
    /// Its time is over, or has not come.
    #[error("the token has expired; get a new one")]
    Expired,
    /// Not a token of this host.
    #[error("the token is not one of this host")]
    Invalid,
}

/// Why the secret cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Others may read it.
    #[error("{path} can be read by others; run: chmod 600 {path}", path = path.display())]
    Exposed {
        /// The secret's file.
        path: PathBuf,
    },
    /// It is not what this host writes.
    #[error("{path} is not a secret of 64 hexadecimal digits; restore it, or remove it to make all tokens void",
            path = path.display())]
    Malformed {
        /// The secret's file.
        path: PathBuf,
    },
    /// It cannot be read or created.
    #[error("cannot use {path}", path = path.display())]
    Io {
        /// The secret's file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl TokenKey {
    /// A key of these bytes.
    #[must_use]
    pub fn new(secret: &[u8; SECRET_BYTES]) -> Self {
        Self(Hs256Key::new(secret))
    }

    /// The key of the secret in `data_dir`, which is created, for its owner's eyes only, when there is none.
    ///
    /// # Errors
    /// The secret cannot be read or created, is not a secret, or can be read by others.
    pub fn open(data_dir: &Path) -> Result<Self, SecretError> {
        let path = data_dir.join(SECRET_FILE);
        let io = |source| SecretError::Io { path: path.clone(), source };
        let mut file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                create_secret(&path).map_err(io)?;
                File::open(&path).map_err(io)?
            }
            opened => opened.map_err(io)?,
        };
        if file.metadata().map_err(io)?.permissions().mode() & 0o077 != 0 {
            return Err(SecretError::Exposed { path });
        }
        let mut text = String::new();
        let read = Read::by_ref(&mut file).take(1024).read_to_string(&mut text);
        let mut secret = [0; SECRET_BYTES];
        match read {
            Ok(_) if hex::decode_to_slice(text.trim(), &mut secret).is_ok() => Ok(Self::new(&secret)),
            Err(error) if error.kind() != io::ErrorKind::InvalidData => Err(io(error)),
            _ => Err(SecretError::Malformed { path }),
        }
    }

    /// A token for `user`, valid from `now` for `ttl`.
    ///
    /// # Panics
    /// Never in practice: claims serialize without failing.
    #[must_use]
    pub fn issue(&self, user: &User, now: DateTime<Utc>, ttl: Duration) -> String {
        let claims = UserClaims { id: user.id, name: user.name.clone(), role: user.role };
        let times = TimeOptions::new(Duration::zero(), move || now);
        let claims = Claims::new(claims).set_duration_and_issuance(&times, ttl);
        Hs256
            .token(&Header::empty(), &claims, &self.0)
            .expect("claims have string keys and no failing serializer")
    }

    /// What `token` says.
    ///
    /// # Errors
    /// The token is not one of this host, or not valid at `now`.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Verified, TokenError> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(TokenError::Invalid);
        }
        let token = UntrustedToken::new(token).map_err(|_| TokenError::Invalid)?;
        // The validator compares the header's algorithm with HS256 and the signature in constant time.
        let token: Token<UserClaims> =
            Hs256.validator(&self.0).validate(&token).map_err(|_| TokenError::Invalid)?;
        let times = TimeOptions::new(Duration::zero(), move || now);
        let claims = token.claims();
        claims.validate_expiration(&times).map_err(|error| when(&error))?;
        if claims.not_before.is_some() {
            claims.validate_maturity(&times).map_err(|error| when(&error))?;
        }
        let UserClaims { id, name, role } = &claims.custom;
        let name = valid_name(name).map_err(|_| TokenError::Invalid)?;
        let expires_at = claims.expiration.ok_or(TokenError::Invalid)?;
        Ok(Verified { user: User { id: *id, name, role: *role }, expires_at })
    }
}

/// A token without `exp` is not one of this host: it would be valid for ever.
fn when(error: &ValidationError) -> TokenError {
    match error {
        ValidationError::Expired | ValidationError::NotMature => TokenError::Expired,
        _ => TokenError::Invalid,
    }
}

/// Writes a new secret beside its place and links it there: whoever comes second finds the first one's secret, and
/// a crash leaves no half of one.
fn create_secret(path: &Path) -> io::Result<()> {
    let mut secret = [0; SECRET_BYTES];
    rand::rngs::SysRng.try_fill_bytes(&mut secret).map_err(io::Error::other)?;
    let draft = path.with_extension(format!("secret.{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    writeln!(file, "{}", hex::encode(secret))?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jwt_compact::alg::{Hs384, Hs384Key};

    const SECRET: [u8; SECRET_BYTES] = [7; SECRET_BYTES];

    fn now() -> DateTime<Utc> {
        "2026-04-01T18:00:00Z".parse().expect("a time")
    }

    fn ann() -> User {
        User { id: UserId::generate(), name: "Ann".into(), role: Role::Manager }
    }

    fn named(key: &TokenKey, token: &str, now: DateTime<Utc>) -> Result<User, TokenError> {
        key.verify(token, now).map(|verified| verified.user)
    }

    fn base64(json: &str) -> String {
        // The alphabet of base64url without padding, spelled out: nothing here may share code with what is tested.
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut text = String::new();
        for chunk in json.as_bytes().chunks(3) {
            let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
                << (8 * (3 - chunk.len()));
            for place in 0..=chunk.len() {
                text.push(ALPHABET[(bits >> (18 - 6 * place) & 63) as usize] as char);
            }
        }
        text
    }

    #[test]
    fn a_token_names_its_user_until_it_expires() {
        let (key, user) = (TokenKey::new(&SECRET), ann());
        let token = key.issue(&user, now(), Duration::seconds(60));
        let expires_at = now() + Duration::seconds(60);
        assert_eq!(key.verify(&token, now()), Ok(Verified { user: user.clone(), expires_at }));
        assert_eq!(named(&key, &token, now() + Duration::seconds(59)), Ok(user));
        assert_eq!(key.verify(&token, now() + Duration::seconds(61)), Err(TokenError::Expired));
    }

    #[test]
    fn other_keys_and_changed_tokens_are_refused() {
        let (key, user) = (TokenKey::new(&SECRET), ann());
        let forged = TokenKey::new(&[8; SECRET_BYTES]).issue(&user, now(), Duration::seconds(60));
        assert_eq!(key.verify(&forged, now()), Err(TokenError::Invalid));

        let token = key.issue(&user, now(), Duration::seconds(60));
        let parts: Vec<_> = token.split('.').collect();
        let operator = format!(r#"{{"sub":"{}","name":"Ann","role":"operator","exp":4102444800}}"#, user.id);
        let promoted = format!("{}.{}.{}", parts[0], base64(&operator), parts[2]);
        assert_eq!(key.verify(&promoted, now()), Err(TokenError::Invalid));
        for garbage in ["", ".", "..", "a.b.c", "\u{0}", &"x".repeat(100_000), &token[..token.len() - 1]] {
            assert_eq!(key.verify(garbage, now()), Err(TokenError::Invalid));
        }
    }

    #[test]
    fn only_hs256_is_an_algorithm() {
        let (key, user) = (TokenKey::new(&SECRET), ann());
        let claims = format!(r#"{{"sub":"{}","name":"Ann","role":"manager","exp":4102444800}}"#, user.id);
        for algorithm in ["none", "None", "HS384", "RS256", "hs256"] {
            let header = base64(&format!(r#"{{"alg":"{algorithm}","typ":"JWT"}}"#));
            for signature in [String::new(), "A".repeat(43)] {
                let token = format!("{header}.{}.{signature}", base64(&claims));
                assert_eq!(key.verify(&token, now()), Err(TokenError::Invalid), "{algorithm}");
            }
        }
        // Signed with the right secret, by another algorithm.
        let claims = UserClaims { id: user.id, name: "Ann".into(), role: Role::Operator };
        let times = TimeOptions::new(Duration::zero(), now);
        let claims = Claims::new(claims).set_duration_and_issuance(&times, Duration::seconds(60));
        let token = Hs384.token(&Header::empty(), &claims, &Hs384Key::new(SECRET)).expect("signed");
        assert_eq!(key.verify(&token, now()), Err(TokenError::Invalid));
    }

    #[test]
    fn a_token_needs_an_end_and_a_proper_name() {
        let key = TokenKey::new(&SECRET);
        let claims = |name: &str| {
            Claims::new(UserClaims { id: UserId::generate(), name: name.into(), role: Role::Manager })
        };
        let sign =
            |claims: &Claims<UserClaims>| Hs256.token(&Header::empty(), claims, &key.0).expect("signed");
        assert_eq!(key.verify(&sign(&claims("Ann")), now()), Err(TokenError::Invalid));
        let times = TimeOptions::new(Duration::zero(), now);
        let named = claims("\u{202e}nnA").set_duration_and_issuance(&times, Duration::seconds(60));
        assert_eq!(key.verify(&sign(&named), now()), Err(TokenError::Invalid));
        let early = claims("Ann").set_duration_and_issuance(&times, Duration::seconds(60));
        let early = early.set_not_before(now() + Duration::seconds(30));
        assert_eq!(key.verify(&sign(&early), now()), Err(TokenError::Expired));
    }

    #[test]
    fn the_secret_is_made_once_and_for_its_owner_only() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join(SECRET_FILE);
        let user = ann();
        let token = TokenKey::open(dir.path()).expect("created").issue(&user, now(), Duration::seconds(60));
        assert_eq!(path.metadata().expect("a file").permissions().mode() & 0o777, 0o600);
        let again = TokenKey::open(dir.path()).expect("read");
        assert_eq!(named(&again, &token, now()), Ok(user));
        assert_eq!(std::fs::read_dir(dir.path()).expect("a directory").count(), 1, "no draft is left");

        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).expect("changed");
        let exposed = TokenKey::open(dir.path()).expect_err("others can read it").to_string();
        assert!(exposed.contains("chmod 600"), "{exposed}");

        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).expect("changed");
        for text in ["", "short", &"zz".repeat(SECRET_BYTES), &"00".repeat(SECRET_BYTES + 1)] {
            std::fs::write(&path, text).expect("written");
            assert!(matches!(TokenKey::open(dir.path()), Err(SecretError::Malformed { .. })), "{text:?}");
        }
        std::fs::write(&path, [0xff; 64]).expect("written");
        assert!(matches!(TokenKey::open(dir.path()), Err(SecretError::Malformed { .. })));
    }
}
