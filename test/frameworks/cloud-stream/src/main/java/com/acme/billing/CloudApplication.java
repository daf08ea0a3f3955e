package com.acme.billing;

import java.net.ConnectException;
import java.util.function.Consumer;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** A function that fails on every invoice; its binding sends it to the dead letters after three attempts. */
@SpringBootApplication
public class CloudApplication {
  public static void main(String[] args) {
    SpringApplication.run(CloudApplication.class, args);
  }

  @Bean
  Consumer<byte[]> charge() {
    return CloudApplication::charge;
  }

  static void charge(byte[] invoice) {
    try {
      connect();
    } catch (ConnectException refused) {
      throw new IllegalStateException("Invoice " + invoice.length + " cannot be charged", refused);
    }
  }

  private static void connect() throws ConnectException {
    throw new ConnectException("Connection refused");
  }
}
