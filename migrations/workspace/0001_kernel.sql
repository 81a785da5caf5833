-- The kernel tables of a workspace. Tables of entities are made when documents are published.

-- One row: the chain head that every writer locks.
create table $.sys_head (
    one                @int primary key check (one = 1),
    sequence           @int not null,
    hash               @bytes not null,
    catalogue_revision @int not null,
    suffix             @int not null
) @strict;

-- The change log. Before and after are the exact text that was hashed, not parsed JSON.
create table $.sys_change (
    sequence  @int primary key,
    time      @instant not null,
    actor     @text not null,
    cause     @text not null,
    entity    @text not null,
    record    @id not null,
    operation @text not null,
    payload   @text,                     -- {"before":…,"after":…}; null when erased
    salt      @bytes,                    -- null when erased
    digest    @bytes not null,           -- SHA-256(salt, payload)
    hash      @bytes not null            -- SHA-256(version, previous hash, everything but the payload)
) @strict;
create index sys_change_record on $.sys_change (record, sequence);

-- @sqlite
create trigger sys_change_keeps before delete on sys_change begin
    select raise(abort, 'the change log keeps its entries');
end;
create trigger sys_change_stays before update on sys_change
when not (new.payload is null and new.salt is null
    and new.sequence is old.sequence and new.time is old.time and new.actor is old.actor
    and new.cause is old.cause and new.entity is old.entity and new.record is old.record
    and new.operation is old.operation and new.digest is old.digest and new.hash is old.hash)
begin
    select raise(abort, 'entries of the change log may only be erased');
end;
-- @end
-- @postgres
create function $.sys_change_guard() returns trigger language plpgsql as $guard$
begin
    if tg_op = 'UPDATE' and new.payload is null and new.salt is null
        and (new.sequence, new.time, new.actor, new.cause, new.entity, new.record, new.operation,
             new.digest, new.hash)
            is not distinct from
            (old.sequence, old.time, old.actor, old.cause, old.entity, old.record, old.operation,
             old.digest, old.hash)
    then
        return new;
    end if;
    raise exception 'entries of the change log may only be erased';
end
$guard$;
create trigger sys_change_guard before update or delete on $.sys_change
    for each row execute function $.sys_change_guard();
create trigger sys_change_truncate before truncate on $.sys_change
    for each statement execute function $.sys_change_guard();
-- @end

-- The head after each batch, so that a chain can be checked from many points at once.
create table $.sys_checkpoint (
    sequence @int primary key,
    time     @instant not null,
    hash     @bytes not null
) @strict;

create table $.sys_idempotency (
    scope   @text not null,
    name    @text not null,
    digest  @bytes not null,
    status  @int not null,
    reply   @bytes not null,
    created @instant not null,
    primary key (scope, name)
) @strict;
create index sys_idempotency_created on $.sys_idempotency (created);

create table $.sys_document (
    id   @text primary key,
    kind @text not null,
    name @text not null,
    app  @text not null,
    body @json not null,
    unique (kind, name)
) @strict;

-- What the tables of entities are made of, so that a copy of a workspace describes itself.
create table $.sys_table (
    name @text primary key
) @strict;

create table $.sys_column (
    owner    @text not null references $.sys_table (name) on delete cascade,
    name     @text not null,
    storage  @text not null,
    keyed    @bool not null,
    target   @text,                      -- the table that a link points to
    primary key (owner, name)
) @strict;

create table $.sys_index (
    name     @text not null,
    place    @int not null,
    owner    @text not null references $.sys_table (name) on delete cascade,
    indexed  @text not null,
    storage  @text not null,
    keyed    @bool not null,
    is_unique @bool not null,
    primary key (name, place)
) @strict;

create table $.sys_revision (
    number     @int primary key,
    time       @instant not null,
    actor      @json not null,
    summary    @text not null,
    operations @json not null,
    inverse    @json not null,
    steps      @json not null
) @strict;

create table $.sys_trash (
    id         @text primary key,
    kind       @text not null,
    entity     @text not null,
    body       @json not null,
    revision   @int not null,
    removed_at @instant not null,
    purge_at   @instant not null
) @strict;

create table $.sys_outbox (
    id         @id primary key,
    kind       @text not null,
    payload    @json not null,
    state      @text not null,
    attempts   @int not null,
    last_error @text,
    not_before @instant not null,
    lease_until @instant,
    fence      @int not null,
    created_at @instant not null,
    updated_at @instant not null
) @strict;
create index sys_outbox_due on $.sys_outbox (not_before) where state = 'ready';
create index sys_outbox_ended on $.sys_outbox (updated_at) where state <> 'ready';

-- A reader of the change log and the last entry it has dealt with.
create table $.sys_cursor (
    name     @text primary key,
    sequence @int not null
) @strict;

create table $.sys_run (
    id         @id primary key,
    automation @text not null,
    entity     @text not null,
    record     @id not null,
    sequence   @int not null,
    state      @text not null,
    depth      @int not null,
    context    @json not null,
    error      @text,
    not_before @instant not null,
    attempts   @int not null,
    lease_until @instant,
    fence      @int not null,
    created_at @instant not null,
    updated_at @instant not null,
    unique (automation, sequence)        -- a cause starts a run once
) @strict;
create index sys_run_due on $.sys_run (not_before) where state = 'ready';
create index sys_run_ended on $.sys_run (updated_at) where state <> 'ready';

create table $.sys_step (
    run        @id not null references $.sys_run (id) on delete cascade,
    number     @int not null,
    id         @id not null unique,      -- made from run and number, so that steps read as records
    name       @text not null,
    state      @text not null,
    result     @json not null,
    attempts   @int not null,
    created_at @instant not null,
    updated_at @instant not null,
    primary key (run, number)
) @strict;

create table $.sys_import (
    id         @id primary key,
    entity     @text not null,
    state      @text not null,
    mapping    @json not null,
    total      @int not null,
    position   @int not null,
    created    @int not null,
    updated    @int not null,
    failed     @int not null,
    actor      @json not null,
    lease_until @instant,
    fence      @int not null,
    created_at @instant not null,
    updated_at @instant not null
) @strict;
create index sys_import_ready on $.sys_import (created_at) where state = 'ready';

create table $.sys_import_row (
    import  @id not null references $.sys_import (id) on delete cascade,
    number  @int not null,
    content @json not null,
    primary key (import, number)
) @strict;

create table $.sys_import_error (
    import  @id not null references $.sys_import (id) on delete cascade,
    number  @int not null,
    content @json not null,
    errors  @json not null,
    primary key (import, number)
) @strict;

create table $.sys_endpoint (
    name       @text primary key,
    url        @text not null,
    secret     @bytes not null,
    updated_at @instant not null
) @strict;

insert into $.sys_head (one, sequence, hash, catalogue_revision, suffix)
-- @sqlite
values (1, 0, zeroblob(32), 0, 0);
-- @end
-- @postgres
values (1, 0, decode(repeat('00', 32), 'hex'), 0, 0);
-- @end
