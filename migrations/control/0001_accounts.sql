-- Who may sign in, and which workspaces there are.

create table $.account (
    id            @id primary key,
    email         @text not null,
    email_key     @text not null unique, -- folded: an address is one, whatever its case
    password_hash @text,                 -- null: cannot sign in with a password
    state         @text not null,
    created_at    @instant not null
) @strict;

create table $.session (
    hash         @bytes primary key,     -- of the cookie's value, which is never stored
    account      @id not null references $.account (id) on delete cascade,
    user_agent   @text not null,
    created_at   @instant not null,
    last_seen_at @instant not null,
    expires_at   @instant not null
) @strict;
create index session_account on $.session (account);

create table $.workspace (
    id         @id primary key,
    slug       @text not null unique,
    name       @text not null,
    time_zone  @text not null,
    currency   @text not null,
    language   @text not null,
    created_at @instant not null
) @strict;

create table $.membership (
    account   @id not null references $.account (id) on delete cascade,
    workspace @id not null references $.workspace (id) on delete cascade,
    member    @id not null,              -- the record of entity user in that workspace
    primary key (account, workspace)
) @strict;
create index membership_workspace on $.membership (workspace);

create table $.token (
    id           @id primary key,
    hash         @bytes not null unique, -- of the bearer token, which is never stored
    name         @text not null,
    account      @id not null references $.account (id) on delete cascade,
    workspace    @id not null references $.workspace (id) on delete cascade,
    scope        @json not null,
    created_at   @instant not null,
    expires_at   @instant,
    last_used_at @instant
) @strict;
create index token_account on $.token (account);

create table $.setup_token (
    hash       @bytes primary key,
    expires_at @instant not null
) @strict;

create table $.setting (
    name  @text primary key,
    value @bytes not null
) @strict;

-- Failed attempts in a window of time, shared by all nodes.
create table $.failure (
    name  @text primary key,
    count @int not null,
    since @instant not null
) @strict;
