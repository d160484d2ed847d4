//! CREATE of what has a definition to compare: views, functions, types.

use super::*;

/// CREATE VIEW, as OR REPLACE too.
pub(super) fn view(statement: &Node) -> Option<Action> {
    let view = statement.get::<pg_sys::ViewStmt>()?;
    let definition = ViewDef {
        query: statement.sibling(view.query)?,
        columns: strings(view.aliases),
        storage: storage::of_view(statement, view),
    };
    Some(Action::Create {
        object: ObjectName::relation(Class::View, &created(view.view)?),
        definition: Definition::View(definition),
        replace: view.replace,
    })
}

/// CREATE MATERIALIZED VIEW
pub(super) fn materialized_view(statement: &Node) -> Option<Action> {
    let create = statement.get::<pg_sys::CreateTableAsStmt>()?;
    if create.objtype != ObjectType::OBJECT_MATVIEW {
        return None;
    }
    // SAFETY: the grammar always makes an IntoClause.
    let into = unsafe { &*create.into };
    let definition = ViewDef {
        query: statement.sibling(create.query)?,
        columns: strings(into.colNames),
        storage: storage::of_into(statement, into),
    };
    let object = ObjectName::relation(Class::MaterializedView, &created(into.rel)?);
    super::create(object, Definition::View(definition))
}

/// CREATE FUNCTION and CREATE PROCEDURE
pub(super) fn function(statement: &Node) -> Option<Action> {
    let function = statement.get::<pg_sys::CreateFunctionStmt>()?;
    let class = if function.is_procedure { Class::Procedure } else { Class::Function };
    Some(Action::Create {
        object: qualified(class, strings(function.funcname))?,
        definition: Definition::Function(FunctionDef { statement: statement.clone() }),
        replace: function.replace,
    })
}

impl FunctionDef {
    /// The types of its arguments, of those by which it is told from others of its name.
    pub fn input_types(&self) -> Vec<TypeName> {
        use pg_sys::FunctionParameterMode::{FUNC_PARAM_OUT, FUNC_PARAM_TABLE};
        let Some(function) = self.statement.get::<pg_sys::CreateFunctionStmt>() else {
            return Vec::new();
        };
        let type_of = |node: &Node| {
            let parameter = node.get::<pg_sys::FunctionParameter>()?;
            let is_input = ![FUNC_PARAM_OUT, FUNC_PARAM_TABLE].contains(&parameter.mode);
            is_input.then(|| type_name(node.sibling(parameter.argType)?)).flatten()
        };
        self.statement.siblings(function.parameters).iter().filter_map(type_of).collect()
    }

    /// The file that a function in C is in.
    pub fn library(&self) -> Option<String> {
        let function = self.statement.get::<pg_sys::CreateFunctionStmt>()?;
        let options = self.statement.siblings(function.options);
        let named = |name: &str| {
            options.iter().find(|element| {
                let option = element.get::<pg_sys::DefElem>();
                option.and_then(|it| text(it.defname)).as_deref() == Some(name)
            })
        };
        let (_, language) = super::option(&self.statement, named("language")?)?;
        let body = named("as")?.get::<pg_sys::DefElem>()?;
        strings(body.arg.cast()).into_iter().next().filter(|_| language.as_deref() == Some("c"))
    }
}

/// CREATE TYPE … AS (…)
pub(super) fn composite_type(statement: &Node) -> Option<Action> {
    let composite = statement.get::<pg_sys::CompositeTypeStmt>()?;
    let attributes = statement.siblings(composite.coldeflist);
    let attributes = attributes.iter().filter_map(column_def).collect();
    let object = ObjectName::relation(Class::Type, &relation(composite.typevar)?);
    super::create(object, Definition::Composite(attributes))
}

/// CREATE TYPE … AS RANGE (…)
pub(super) fn range_type(statement: &Node) -> Option<Action> {
    let range = statement.get::<pg_sys::CreateRangeStmt>()?;
    super::create(qualified(Class::Type, strings(range.typeName))?, Definition::Range)
}

/// CREATE DOMAIN
pub(super) fn domain(statement: &Node) -> Option<Action> {
    let domain = statement.get::<pg_sys::CreateDomainStmt>()?;
    let mut definition = DomainDef {
        type_name: type_name(statement.sibling(domain.typeName)?)?,
        collation: collation(statement, domain.collClause),
        default: None,
        not_null: false,
        checks: Vec::new(),
        has_others: false,
    };
    for node in statement.siblings(domain.constraints) {
        add_domain_constraint(&mut definition, &node);
    }
    let object = qualified(Class::Domain, strings(domain.domainname))?;
    super::create(object, Definition::Domain(definition))
}

fn add_domain_constraint(domain: &mut DomainDef, node: &Node) {
    let Some(constraint) = node.get::<pg_sys::Constraint>() else { return };
    match constraint.contype {
        ConstrType::CONSTR_DEFAULT => domain.default = node.sibling(constraint.raw_expr),
        ConstrType::CONSTR_NOTNULL => domain.not_null = true,
        ConstrType::CONSTR_CHECK => domain.checks.extend(domain_check(node)),
        ConstrType::CONSTR_NULL => {}
        _ => domain.has_others = true,
    }
}

fn domain_check(node: &Node) -> Option<DomainCheckDef> {
    let constraint = node.get::<pg_sys::Constraint>()?;
    if constraint.contype != ConstrType::CONSTR_CHECK {
        return None;
    }
    Some(DomainCheckDef {
        name: text(constraint.conname),
        condition: node.sibling(constraint.raw_expr)?,
        not_valid: constraint.skip_validation,
    })
}

/// ALTER DOMAIN
pub(super) fn alter_domain(statement: &Node) -> Option<Action> {
    let alter = statement.get::<pg_sys::AlterDomainStmt>()?;
    let domain = qualified(Class::Domain, strings(alter.typeName))?;
    let check = statement.sibling(alter.def).and_then(|node| domain_check(&node));
    Some(match check {
        Some(check) => Action::AddDomainCheck { domain, check },
        None => needs_object(domain),
    })
}
