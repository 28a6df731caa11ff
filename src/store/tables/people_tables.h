// Users, their sessions, and the keys of operators.
#pragma once
#include <string_view>
#include <vector>

#include "store/key_store.h"
#include "store/sql/connection.h"

namespace latchkey::store::tables {

Result<void> insert_user(sql::Connection& db, const UserRecord& record);
Result<UserRecord> find_user_by_email(sql::Connection& db, std::string_view email);
Result<User> find_user(sql::Connection& db, UserId id);
Result<std::vector<User>> list_users(sql::Connection& db, TenantId tenant);

Result<void> insert_session(sql::Connection& db, const SessionRecord& session);
Result<SessionRecord> find_session(sql::Connection& db, const credential::Digest& token_hash);
Result<void> touch_session(sql::Connection& db, const credential::Digest& token_hash, Instant last_seen,
                           Instant expires);
Result<void> delete_session(sql::Connection& db, const credential::Digest& token_hash);
Result<void> delete_expired(sql::Connection& db, Instant now);

Result<void> insert_operator_key(sql::Connection& db, const OperatorKeyRecord& record);
Result<std::vector<OperatorKeyRecord>> list_operator_keys(sql::Connection& db);

}  // namespace latchkey::store::tables
