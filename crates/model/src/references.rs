//! What documents mention: entities, fields, options, views, apps.
