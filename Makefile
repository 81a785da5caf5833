# Tessera: `make run` to use it, `make test` to check it. `make help` lists the rest.

DATABASE_URL ?=
DATA ?= data
TESSERA = target/release/tessera
WEB_SOURCES = $(shell find web/src web/public web/index.html web/package-lock.json web/vite.config.ts -type f 2>/dev/null)

.PHONY: help run build test bench torture screens clean

help:
	@echo "make run      build what changed and serve on http://127.0.0.1:8080 (data in ./$(DATA))"
	@echo "              DATABASE_URL=postgres://… serves from PostgreSQL instead"
	@echo "make test     run every check: Rust, web, both databases, a real browser"
	@echo "make bench    measure beside a bare server and print the table"
	@echo "make torture  kill the server 200 times per database and verify that nothing was lost"
	@echo "make screens  take pictures of the screens into target/screens"
	@echo "make clean    forget everything that was built (data stays)"

run: build
	$(if $(DATABASE_URL),DATABASE_URL=$(DATABASE_URL)) $(TESSERA) serve --demo --data $(DATA)

build: web/dist/index.html
	cargo build --release --locked --quiet

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	@touch $@

web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	cd web && npm run build

test:
	scripts/test

bench: build
	scripts/bench

torture:
	scripts/torture

screens: build
	scripts/screens

clean:
	rm -rf target web/dist web/node_modules
