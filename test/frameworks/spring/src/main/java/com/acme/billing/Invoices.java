package com.acme.billing;

import java.net.ConnectException;
import org.springframework.stereotype.Component;

/** Stores invoices, if only it could. */
@Component
public class Invoices {
  static class InvoiceException extends RuntimeException {
    InvoiceException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  public void store(String invoice) {
    try {
      connect();
    } catch (ConnectException refused) {
      throw new InvoiceException("Invoice " + invoice.length() + " cannot be stored", refused);
    }
  }

  private void connect() throws ConnectException {
    throw new ConnectException("Connection refused");
  }
}
